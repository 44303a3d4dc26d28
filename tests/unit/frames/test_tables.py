from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.schemas import SCHEMAS
from jupyter_agentchat.frames.tables import NAMES, table
from tests.frames.logs import LogWriter, memory

COLUMNS = {
    "messages": "channel, seq, message_id, client_message_id, reply_to, author, author_kind, text, "
    "status, created_at, edited_at, deleted, n_reactions, stream_id",
    "streams": "stream_id, channel, message_id, agent, model, provider, transport, t_intended, "
    "t_request, t_first_chunk, t_first_content, t_last_content, t_end, t_first_paint, n_chunks, "
    "n_tokens, token_source, n_chars, n_bytes, status, error, ttft_ms, tpot_ms, icl_p50_ms, "
    "icl_p95_ms, e2e_ms, chunks_per_s, clock_id",
    "chunks": "stream_id, index, seq, kind, text, n_chars, n_bytes, n_tokens, token_source, "
    "is_replay, provider_ns, agent_ns, bus_ns, store_ns, socket_ns, client_ns, dom_ns, paint_ns, "
    "is_hidden",
    "hops": "stream_id, index, conn_id, hop, t_ns, duration_ns, clock_id, uncertainty_ns, "
    "is_uncertain, is_replay, is_hidden",
    "events": "channel, seq, type, created_ns, data",
    "connections": "conn_id, transport, user, opened, closed, close_code, resumed_from, recovered, "
    "bytes_in, bytes_out, rtt_p50_ms, "
    "merges, dropped, backlog_max, queue_max_bytes, resolution_ns",
}
"""The public contract, word for word."""


def read(writer: LogWriter, name: str) -> pa.Table:
    writer.flush()
    return table(writer.store, name, channel="lab", since=None, until=None)


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_the_contracts(name: str) -> None:
    assert ", ".join(SCHEMAS[name].names) == COLUMNS[name]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channel", [None, "lab"])
def test_an_empty_log_has_the_declared_schema(name: str, channel: str | None) -> None:
    found = table(memory(), name, channel=channel, since=None, until=None)
    assert found.num_rows == 0
    assert found.schema.equals(SCHEMAS[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_full_log_has_the_declared_schema(name: str) -> None:
    log = LogWriter(memory())
    log.connection("c")
    log.message("m", "Hello", client_message_id="x")
    log.start("s", connection="c")
    log.chunk("s", "Hi", 2000)
    log.end("s", "Hi")
    log.stamps("s", "c", 0, socket_ns=(3000,))
    found = read(log, name)
    assert found.num_rows > 0
    assert found.schema.equals(SCHEMAS[name])
    found.validate(full=True)
    required = [field.name for field in found.schema if not field.nullable]
    assert [name for name in required if found.column(name).null_count] == []


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no table 'tokens'; the log has messages, streams"):
        table(memory(), "tokens", channel=None, since=None, until=None)


def test_importing_the_names_loads_no_dataframe_library() -> None:
    code = (
        "import sys, jupyter_agentchat.frames.log\n"
        "print(sorted({'pandas', 'pyarrow', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
