from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from jupyter_agentchat.frames.convert import to_frame
from jupyter_agentchat.frames.formats import encode
from jupyter_agentchat.frames.schemas import SCHEMAS
from jupyter_agentchat.frames.tables import NAMES, table
from tests.frames.logs import LogWriter, full_log, memory

DTYPES = {
    "messages": {
        "channel": "category",
        "seq": "int64",
        "message_id": "string",
        "client_message_id": "string",
        "reply_to": "string",
        "author": "string",
        "author_kind": "category",
        "text": "string",
        "status": "category",
        "created_at": "datetime64[ns, UTC]",
        "edited_at": "datetime64[ns, UTC]",
        "deleted": "bool",
        "n_reactions": "int64",
        "stream_id": "string",
    },
    "streams": {
        "stream_id": "string",
        "agent": "category",
        "t_intended": "Int64",
        "t_request": "int64",
        "t_first_paint": "Int64",
        "n_chunks": "int64",
        "n_tokens": "Int64",
        "error": "string",
        "ttft_ms": "float64",
        "clock_id": "category",
    },
    "chunks": {
        "stream_id": "string",
        "index": "int64",
        "kind": "category",
        "text": "string",
        "n_tokens": "Int64",
        "is_replay": "bool",
        "provider_ns": "Int64",
        "paint_ns": "Int64",
    },
    "hops": {
        "conn_id": "string",
        "hop": "category",
        "t_ns": "int64",
        "duration_ns": "Int64",
        "uncertainty_ns": "Int64",
    },
    "events": {"type": "category", "created_ns": "int64", "data": "string"},
    "connections": {
        "opened": "int64",
        "closed": "Int64",
        "recovered": "boolean",
        "rtt_p50_ms": "float64",
        "merges": "Int64",
        "dropped": "Int64",
        "backlog_max": "Int64",
        "queue_max_bytes": "Int64",
    },
}


def arrow(name: str, log: LogWriter) -> pa.Table:
    return table(log.store, name, channel="lab", since=None, until=None)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("log", [LogWriter(memory()), full_log()], ids=["empty", "full"])
def test_dtypes_are_declared_whether_or_not_there_are_rows(name: str, log: LogWriter) -> None:
    frame = to_frame(name, arrow(name, log))
    assert frame.columns.tolist() == SCHEMAS[name].names
    found = {column: str(frame[column].dtype) for column in DTYPES[name]}
    assert found == DTYPES[name]
    assert isinstance(frame.index, pd.RangeIndex)


@pytest.mark.parametrize("name", NAMES)
def test_values_are_arrows(name: str) -> None:
    source = arrow(name, full_log())
    frame = to_frame(name, source)
    for column in source.column_names:
        values = source.column(column)
        if pa.types.is_timestamp(values.type):
            values = values.cast(pa.int64())
        shown = [None if pd.isna(value) else value for value in frame[column]]
        found = [value.value if isinstance(value, pd.Timestamp) else value for value in shown]
        assert found == values.to_pylist()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("way", ["arrow", "parquet", "csv"])
def test_the_frame_is_the_same_whichever_way_the_table_came(name: str, way: str) -> None:
    source = arrow(name, full_log())
    data, _ = encode(source, way)
    if way == "arrow":
        back = pa.ipc.open_stream(data).read_all()
    elif way == "parquet":
        back = pa.parquet.read_table(pa.BufferReader(data))
    else:
        options = pa.csv.ConvertOptions(
            column_types={
                field.name: field.type.value_type
                if pa.types.is_dictionary(field.type)
                else field.type
                for field in SCHEMAS[name]
            },
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )
        parsing = pa.csv.ParseOptions(newlines_in_values=True)
        back = pa.csv.read_csv(pa.BufferReader(data), None, parsing, options)
    pd.testing.assert_frame_equal(to_frame(name, back), to_frame(name, source))


def test_a_frame_can_be_written_to() -> None:
    frame = to_frame("chunks", arrow("chunks", full_log()))
    frame.loc[0, "seq"] = 7
    frame.loc[0, "agent_ns"] = 8
    frame.loc[0, "text"] = "new"
    row = frame.to_dict("records")[0]
    assert (row["seq"], row["agent_ns"], row["text"]) == (7, 8, "new")


def test_a_table_in_several_parts_makes_one_frame() -> None:
    source = arrow("chunks", full_log())
    parts = pa.concat_tables([source.slice(0, 1), source.slice(1)])
    pd.testing.assert_frame_equal(to_frame("chunks", parts), to_frame("chunks", source))


def test_a_fresh_tables_integers_stay_where_they_are_and_can_be_written() -> None:
    log = full_log()
    slow = to_frame("chunks", arrow("chunks", log))
    table = arrow("chunks", log)
    seqs = table.column("seq").chunk(0).buffers()[1].address
    frame = to_frame("chunks", table, fresh=True)
    pd.testing.assert_frame_equal(frame, slow)
    assert frame["seq"].to_numpy().ctypes.data == seqs
    for column in ("seq", "n_chars", "bus_ns", "socket_ns"):
        frame.loc[0, column] = 77
    assert frame["n_bytes"][0] == slow["n_bytes"][0]
    pd.testing.assert_frame_equal(frame[1:], slow[1:])


def test_a_table_that_others_have_is_not_changed_through_its_frame() -> None:
    table = arrow("chunks", full_log())
    before = table.to_pylist()
    frame = to_frame("chunks", table)
    frame["seq"] += 1
    frame.loc[0, "bus_ns"] = 5
    assert table.to_pylist() == before
