from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames import formats
from jupyter_agentchat.frames.formats import encode, stream
from jupyter_agentchat.frames.schemas import SCHEMAS
from jupyter_agentchat.frames.tables import NAMES, pieces, table
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


def joined(parts: list[bytes]) -> pa.Table:
    return pa.ipc.open_stream(b"".join(parts)).read_all()


@LOGS
@pytest.mark.parametrize("name", NAMES)
def test_a_stream_of_pieces_is_the_table(name: str, log: LogWriter) -> None:
    found = list(pieces(log.store, name, channel="lab", since=None, until=None))
    assert joined(found).equals(arrow(name, log))


def test_a_piece_has_a_bound_and_is_made_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(formats, "BATCH_ROWS", 2)
    whole = arrow("chunks", full_log())
    made: list[int] = []

    def parts() -> Iterator[pa.Table]:
        for start in range(0, len(whole), 3):
            made.append(start)
            yield whole.slice(start, 3)

    found = stream(parts(), whole.schema)
    first = next(found)
    assert made == [0]
    rest = list(found)
    assert made == [0, 3]
    assert len(rest) == 4  # two and one of each part, and the end
    assert joined([first, *rest]).to_pylist() == whole.to_pylist()


def test_parts_may_have_categories_of_their_own() -> None:
    schema = SCHEMAS["connections"]
    rows = [dict.fromkeys(schema.names) for _ in "ab"]
    for row, transport in zip(rows, ("ws", "sse"), strict=True):
        row |= {"conn_id": "c", "transport": transport, "user": "u", "opened": 1}
        row |= {"bytes_in": 0, "bytes_out": 0}
    tables = [pa.Table.from_pylist([row], schema) for row in rows]
    assert joined(list(stream(tables, schema))).column("transport").to_pylist() == ["ws", "sse"]
