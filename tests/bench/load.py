"""Load a log's chunks into pandas once, in this process, and say what it cost.

``python -m tests.bench.load WAY FOLDER`` prints JSON. Imports are not counted, and the files are in
the system's cache.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd


def _log(folder: Path) -> Callable[[], pd.DataFrame]:
    from jupyter_agentchat import connect  # noqa: PLC0415 - the others run without it

    import_module("jupyter_agentchat.frames.chunks")
    chat = connect(embedded=True, path=folder / "chunks.db")
    chat.log(channel="nowhere").chunks()  # imports the rest of what it needs
    return chat.log(channel=None).chunks


def _parquet(folder: Path) -> Callable[[], pd.DataFrame]:
    import pyarrow as pa  # noqa: PLC0415 - same
    import pyarrow.parquet as pq  # noqa: PLC0415 - same

    pa.table({"imports": ["what it needs"]}).to_pandas()
    return lambda: pq.read_table(folder / "chunks.parquet").to_pandas()


def _read_sql(folder: Path) -> Callable[[], pd.DataFrame]:
    connection = sqlite3.connect(folder / "rows.db")
    return lambda: pd.read_sql_query("SELECT * FROM chunk", connection)


def _duckdb(folder: Path) -> Callable[[], Any]:
    import duckdb  # noqa: PLC0415 - same

    connection = duckdb.connect()
    connection.execute("SELECT 'imports what it needs'").df()
    query = f"SELECT * FROM '{folder / 'chunks.parquet'}'"  # noqa: S608 - a path of ours
    return lambda: connection.execute(query).df()


WAYS: dict[str, Callable[[Path], Callable[[], Any]]] = {
    "log": _log,
    "parquet": _parquet,
    "read_sql": _read_sql,
    "duckdb": _duckdb,
}


_PIECE = 1 << 20


def warm(folder: Path) -> None:
    """Read the files, so that the system's cache has them."""
    for path in folder.iterdir():
        with path.open("rb", buffering=0) as file:
            while file.read(_PIECE):
                pass


def main() -> None:
    """Load once."""
    way, folder = sys.argv[1], Path(sys.argv[2])
    load = WAYS[way](folder)
    warm(folder)
    start, cpu = time.perf_counter(), time.process_time()
    frame = load()
    load_s, cpu_s = time.perf_counter() - start, time.process_time() - cpu
    found = {"load_s": load_s, "cpu_s": cpu_s, "rows": len(frame), "columns": frame.shape[1]}
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the measurement is over; a million rows need no tidying up


if __name__ == "__main__":
    main()
