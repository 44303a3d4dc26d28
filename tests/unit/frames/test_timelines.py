from __future__ import annotations

from typing import Any

import pyarrow as pa

from jupyter_agentchat.frames.tables import table
from jupyter_agentchat.frames.timelines import Measured, measured
from jupyter_agentchat.metrics import NA, Timeline, icl
from tests.frames.logs import LogWriter, full_log, memory


def of(log: LogWriter, at: str) -> dict[str, Measured]:
    streams, chunks = (arrow(log, name) for name in ("streams", "chunks"))
    return {each.label: each for each in measured(streams.to_pylist(), chunks, at)}


def arrow(log: LogWriter, name: str, **span: Any) -> pa.Table:
    return table(log.store, name, channel="lab", **{"since": None, "until": None, **span})


def test_a_stream_is_as_its_hop_saw_it() -> None:
    found = of(full_log(), "agent")["s"]
    assert found.missing is None
    assert found.timeline.t_chunks == (2000, 2010, 2020)
    assert found.timeline.kinds == ("text", "text", "text")
    assert (found.timeline.n_tokens, found.timeline.clock_id) == (3, "server")
    assert of(full_log(), "provider")["s"].timeline.t_chunks == (1990, 1991, 1992)


def test_a_chunk_without_an_instant_leaves_no_gaps() -> None:
    found = of(full_log(), "client")["s"]
    assert isinstance(found.missing, NA)
    assert found.missing.reason == "1 of 3 chunks were not stamped at client"
    assert isinstance(icl(found.timeline), NA)


def test_history_is_no_measurement() -> None:
    log = LogWriter(memory())
    log.start("s", connection="c")
    for number in range(2):
        log.chunk("s", "x", 2000 + number)
    log.end("s")
    log.connection("c")
    log.stamps("s", "c", 0, socket_ns=(3000,), is_replay=True)
    log.stamps("s", "c", 1, socket_ns=(3010,))
    log.flush()
    found = of(log, "socket")["s"]
    assert isinstance(found.missing, NA)
    assert found.missing.reason == "1 of 2 chunks reached the reader as history"
    assert of(log, "agent")["s"].missing is None


def test_a_stream_that_a_hidden_page_got_in_part_has_no_number_on_the_page() -> None:
    log = LogWriter(memory())
    log.start("s")
    for number in range(2):
        log.chunk("s", "x", 2000 + number)
    log.end("s")
    log.connection("c")
    page = {"client_clock_id": "server"}
    log.stamps("s", "c", 0, client_ns=(3000,), dom_ns=(3001,), hidden=True, **page)
    log.stamps("s", "c", 1, client_ns=(3010,), dom_ns=(3011,), **page)
    log.flush()
    found = of(log, "dom")["s"]
    assert found.missing is not None
    assert found.missing.reason == "1 of 2 chunks reached a page that was hidden"
    assert of(log, "client")["s"].missing is None


def test_a_stream_without_chunks_is_there() -> None:
    log = LogWriter(memory())
    log.start("s")
    log.flush()
    assert of(log, "agent")["s"].timeline == Timeline(
        1000, [], (), status="streaming", clock_id="server"
    )
