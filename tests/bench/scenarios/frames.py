"""A million chunks into a DataFrame, by our log and by what people would use instead."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jupyter_agentchat.frames.tables import table
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.store.open import open_store
from tests.bench import cache, machine, stores
from tests.bench.child import Child
from tests.bench.scenarios.base import Columns, Reading, fresh_folder

OURS, PARQUET, READ_SQL, DUCKDB = "log", "parquet", "read_sql", "duckdb"
LABELS = {
    OURS: "**ours, `log.chunks()`**",
    PARQUET: "`pyarrow.parquet` of the same columns, to pandas",
    READ_SQL: "`pandas.read_sql_query` of the same columns in SQLite rows",
    DUCKDB: "duckdb on the parquet file, `.df()`",
}


class Frames:
    """Load the same chunks in fresh processes.

    Parameters
    ----------
    chunks : int
        How many.
    """

    name = "frames"
    base = PARQUET
    columns: Columns = (
        ("load_s", "s", 3),
        ("load_s×", "× parquet", 2),
        ("cpu_s", "CPU s", 2),
    )

    def __init__(self, chunks: int, *, realtime: bool = False) -> None:
        self.about = f"{chunks:,} chunks in streams of 1,000, with every hop's instant, to pandas"
        self._chunks, self._realtime = chunks, realtime

    def cases(self) -> Sequence[str]:
        """Return the ways to load."""
        return list(LABELS)

    def label(self, case: str) -> str:
        """Return a way's label."""
        return LABELS[case]

    def check(self, case: str) -> None:
        """Make the files; duckdb needs the peers' packages."""
        if case == DUCKDB:
            cache.peers_python()
        if not (self._folder / "rows.db").exists():
            prepare(self._folder, self._chunks)

    def measure(self, case: str) -> Reading:
        """Load once."""
        python = str(cache.peers_python()) if case == DUCKDB else sys.executable
        command = [python, "-m", "tests.bench.load", case, str(self._folder)]
        with fresh_folder() as folder:
            child = Child(
                command,
                log=folder / "load.log",
                cpu=machine.SERVER_CPU,
                realtime=self._realtime,
                folder=cache.ROOT,
            )
            with child:
                found = json.loads(child.line(600))
        rows = found["rows"]
        fault = "" if rows == self._chunks else f"{rows:,} rows instead of {self._chunks:,}"
        return Reading({name: float(value) for name, value in found.items()}, fault=fault)

    @property
    def _folder(self) -> Path:
        return cache.FOLDER / "data" / f"chunks-{self._chunks}-{stores.version()}"


def prepare(folder: Path, chunks: int) -> None:
    """Write the log, and its chunks as parquet and as SQLite rows."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "chunks.db"
    log.unlink(missing_ok=True)
    stores.with_chunks(log, chunks)
    store = open_store(f"sqlite:///{log}", SYSTEM_CLOCK)
    found = table(store, "chunks", channel=None, since=None, until=None)
    store.close()
    pq.write_table(found, folder / "chunks.parquet")
    _write_rows(folder / "rows.partial", found)
    (folder / "rows.partial").rename(folder / "rows.db")


def _write_rows(path: Path, chunks: pa.Table) -> None:
    path.unlink(missing_ok=True)
    names = ", ".join(f'"{name}"' for name in chunks.column_names)
    marks = ", ".join("?" * chunks.num_columns)
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE chunk ({names})")
    for batch in chunks.to_batches(max_chunksize=10_000):
        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        connection.executemany(f"INSERT INTO chunk VALUES ({marks})", rows)  # noqa: S608 - marks
    connection.commit()
    connection.close()
