from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.formats import encode
from jupyter_agentchat.frames.schemas import SCHEMAS
from jupyter_agentchat.frames.tables import NAMES, table
from tests.frames.logs import LogWriter, full_log, memory

EMPTY = LogWriter(memory())
LOGS = pytest.mark.parametrize("log", [full_log(), EMPTY], ids=["full", "empty"])


def arrow(name: str, log: LogWriter) -> pa.Table:
    return table(log.store, name, channel="lab", since=None, until=None)


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat(timespec="microseconds")[:26] if isinstance(value, datetime) else value
        for key, value in row.items()
    }


@LOGS
@pytest.mark.parametrize("name", NAMES)
def test_an_arrow_stream_comes_back_bit_for_bit(name: str, log: LogWriter) -> None:
    source = arrow(name, log)
    data, media_type = encode(source, "arrow")
    back = pa.ipc.open_stream(data).read_all()
    assert media_type == "application/vnd.apache.arrow.stream"
    assert back.schema.equals(SCHEMAS[name])
    assert back.equals(source)


@LOGS
@pytest.mark.parametrize("name", NAMES)
def test_parquet_comes_back_bit_for_bit(name: str, log: LogWriter) -> None:
    source = arrow(name, log)
    data, media_type = encode(source, "parquet")
    back = pq.read_table(pa.BufferReader(data))
    assert media_type == "application/vnd.apache.parquet"
    assert back.schema.equals(SCHEMAS[name])
    assert back.equals(source)


@LOGS
@pytest.mark.parametrize("name", NAMES)
def test_json_keeps_every_value(name: str, log: LogWriter) -> None:
    source = arrow(name, log)
    data, media_type = encode(source, "json")
    assert media_type == "application/json"
    rows = json.loads(data)
    for row in rows:
        for key in ("created_at", "edited_at"):
            if row.get(key):
                assert row[key].endswith("000Z")
                row[key] = row[key][:26]
    assert rows == [plain(row) for row in source.to_pylist()]


@LOGS
@pytest.mark.parametrize("name", NAMES)
def test_csv_has_a_header_and_a_line_for_each_row(name: str, log: LogWriter) -> None:
    source = arrow(name, log)
    data, media_type = encode(source, "csv")
    assert media_type == "text/csv; charset=utf-8"
    header, *lines = csv.reader(io.StringIO(data.decode(), newline=""))
    assert header == SCHEMAS[name].names
    assert len(lines) == source.num_rows
    for name_ in ("seq", "t_ns", "created_ns", "text"):
        if name_ in header:
            place = header.index(name_)
            assert [line[place] for line in lines] == [
                str(value) for value in source.column(name_).to_pylist()
            ]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no format 'xlsx'; choose one of arrow, parquet"):
        encode(arrow("events", EMPTY), "xlsx")
