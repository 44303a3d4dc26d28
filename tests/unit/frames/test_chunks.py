from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_agentchat.frames.tables import table
from jupyter_agentchat.store.base import Store
from tests.frames.logs import SECOND_US, START_US, LogWriter, memory


def rows(store: Store, since: int | None = None, until: int | None = None) -> list[dict[str, Any]]:
    found = table(store, "chunks", channel="lab", since=since, until=until)
    found.validate(full=True)
    listed: list[dict[str, Any]] = found.to_pylist()
    return listed


def pick(found: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in found]


def test_a_chunk_shows_what_it_carried_and_when() -> None:
    log = LogWriter(memory())
    log.start("s")
    log.chunk("s", "née €𝄞", 2000, provider_ns=1990, bus_ns=2010, kind="reasoning")
    log.flush()
    log.store.committed("lab", 3, 3, 2500)
    (row,) = rows(log.store)
    assert row == {
        "stream_id": "s",
        "index": 0,
        "seq": 3,
        "kind": "reasoning",
        "text": "née €𝄞",
        "n_chars": 6,
        "n_bytes": len("née €𝄞".encode()),
        "n_tokens": None,
        "token_source": "unknown",
        "is_replay": False,
        "is_hidden": False,
        "provider_ns": 1990,
        "agent_ns": 2000,
        "bus_ns": 2010,
        "store_ns": 2500,
        "socket_ns": None,
        "client_ns": None,
        "dom_ns": None,
        "paint_ns": None,
    }


def test_chunks_of_interleaved_streams_stand_by_stream_and_index() -> None:
    log = LogWriter(memory())
    for stream in "ba":
        log.start(stream)
    for number in range(3):
        for stream in "ba":
            log.chunk(stream, f"{stream}{number}", 2000 + number)
        log.flush()
    found = rows(log.store)
    assert pick(found, "stream_id", "index", "text") == [
        (stream, number, f"{stream}{number}") for stream in "ab" for number in range(3)
    ]
    assert [row["seq"] for row in found] == [5, 7, 9, 4, 6, 8]


@pytest.mark.parametrize("channel", ["lab", None])
def test_since_is_included_and_until_is_not_also_inside_a_block(channel: str | None) -> None:
    log = LogWriter(memory())
    log.start("s")
    for number in range(6):
        log.chunk("s", f"é{number}", 2000 + number)
    log.flush()
    since, until = START_US + 4 * SECOND_US, START_US + 7 * SECOND_US
    found = table(log.store, "chunks", channel=channel, since=since, until=until)
    assert found.column("seq").to_pylist() == [4, 5, 6]
    assert found.column("text").to_pylist() == ["é1", "é2", "é3"]
    assert found.column("index").to_pylist() == [1, 2, 3]


class TestTokens:
    def test_a_chunk_is_a_token_where_the_provider_counts_so(self) -> None:
        log = LogWriter(memory())
        log.start("s")
        log.chunk("s", "a", 2000)
        log.chunk("s", "b", 2001)
        log.end("s", "ab", n_tokens=2, token_source="chunk")
        log.flush()
        assert pick(rows(log.store), "n_tokens", "token_source") == [(1, "chunk")] * 2

    @pytest.mark.parametrize(
        ("n_tokens", "source"), [(2, "usage"), (5, "chunk"), (None, "unknown")]
    )
    def test_else_the_tokens_of_a_chunk_are_unknown(
        self, n_tokens: int | None, source: str
    ) -> None:
        log = LogWriter(memory())
        log.start("s")
        log.chunk("s", "a", 2000)
        log.chunk("s", "b", 2001)
        log.end("s", "ab", n_tokens=n_tokens, token_source=source)
        log.flush()
        assert pick(rows(log.store), "n_tokens", "token_source") == [(None, "unknown")] * 2


class TestConnection:
    def log(self, connection: str | None) -> LogWriter:
        log = LogWriter(memory())
        log.connection("second", opened_us=20)
        log.connection("first", opened_us=10)
        log.start("s", connection=connection)
        log.chunk("s", "a", 2000)
        log.chunk("s", "b", 2001)
        return log

    def test_the_one_that_sent_the_request_is_shown(self) -> None:
        log = self.log("second")
        log.stamps("s", "first", 0, 1, socket_ns=(3000, 3001))
        log.stamps("s", "second", 0, 1, socket_ns=(4000, 4001))
        log.flush()
        assert pick(rows(log.store), "socket_ns") == [(4000,), (4001,)]

    @pytest.mark.parametrize("asked", [None, "deaf"])
    def test_else_the_first_that_was_opened_of_those_that_received_it(
        self, asked: str | None
    ) -> None:
        log = self.log(asked)
        log.connection("older", opened_us=1)
        log.stamps("s", "second", 0, 1, socket_ns=(4000, 4001))
        log.stamps("s", "first", 0, 1, socket_ns=(3000, 3001))
        log.flush()
        assert pick(rows(log.store), "socket_ns") == [(3000,), (3001,)]

    def test_what_a_client_sees_is_told_on_the_servers_clock(self) -> None:
        log = self.log("first")
        log.stamps("s", "first", 0, 1, socket_ns=(3000, 3001))
        late = {"client_ns": (40, 0), "dom_ns": (41, 0), "paint_ns": (42, 52)}
        log.stamps(
            "s", "first", 0, 1, **late, client_clock_id="page", offset_ns=3000, uncertainty_ns=9
        )
        log.flush()
        assert pick(rows(log.store), "socket_ns", "client_ns", "dom_ns", "paint_ns") == [
            (3000, 3040, 3041, 3042),
            (3001, None, None, 3052),
        ]

    def test_a_clock_of_unknown_offset_tells_nothing(self) -> None:
        log = self.log("first")
        log.stamps("s", "first", 0, 1, client_ns=(40, 50), client_clock_id="page")
        log.flush()
        assert pick(rows(log.store), "client_ns") == [(None,), (None,)]

    def test_a_client_in_the_servers_process_needs_no_offset(self) -> None:
        log = self.log("first")
        log.stamps("s", "first", 0, 1, client_ns=(3040, 3050), client_clock_id="server")
        log.flush()
        assert pick(rows(log.store), "client_ns") == [(3040,), (3050,)]

    def test_history_is_flagged_and_a_live_chunk_stays_live(self) -> None:
        log = self.log("first")
        log.stamps("s", "first", 0, socket_ns=(3000,))
        log.stamps("s", "first", 0, 1, socket_ns=(9000, 9001), is_replay=True)
        log.flush()
        assert pick(rows(log.store), "socket_ns", "is_replay") == [(3000, False), (9001, True)]

    def test_instants_of_another_run_of_the_server_are_not_comparable(self) -> None:
        log = self.log(None)
        log.stamps("s", "first", 0, socket_ns=(7,), is_replay=True, clock_id="next run")
        log.flush()
        assert pick(rows(log.store), "socket_ns", "is_replay") == [(None, True), (None, False)]

    def test_a_hidden_page_paints_nothing(self) -> None:
        log = self.log("first")
        late = {"client_ns": (40,), "dom_ns": (41,), "paint_ns": (42,)}
        log.stamps("s", "first", 0, **late, client_clock_id="server", hidden=True)
        log.flush()
        assert pick(rows(log.store), "dom_ns", "paint_ns") == [(41, None), (None, None)]


def test_text_and_numbers_survive_the_reblocking() -> None:
    log = LogWriter(memory())
    log.start("s")
    for number in range(300):
        log.chunk("s", f"é{number} ", 2000 + number)
        log.flush()
    before = table(log.store, "chunks", channel="lab", since=None, until=None)
    while log.store.tidy(quiet=True):
        pass
    after = table(log.store, "chunks", channel="lab", since=None, until=None)
    assert after.equals(before)
    assert pa.compute.sum(after.column("n_bytes")).as_py() == len(
        "".join(after.column("text").to_pylist()).encode()
    )


@given(
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.text(st.characters(exclude_categories=["Cs"]))),
        max_size=40,
    ),
    st.integers(1, 7),
)
@settings(max_examples=40, deadline=None)
def test_chunks_are_contiguous_and_concatenate_to_what_was_said(
    said: list[tuple[str, str]], batch: int
) -> None:
    log = LogWriter(memory())
    for stream in "zxy":
        log.start(stream)
    for number, (stream, text) in enumerate(said):
        log.chunk(stream, text, 2000 + number)
        if number % batch == 0:
            log.flush()
    log.flush()
    found = rows(log.store)
    log.store.close()
    assert pick(found, "stream_id", "index") == sorted(pick(found, "stream_id", "index"))
    for stream in "xyz":
        of = [row for row in found if row["stream_id"] == stream]
        assert [row["index"] for row in of] == list(range(len(of)))
        assert [row["text"] for row in of] == [text for each, text in said if each == stream]
        assert all(row["n_chars"] == len(row["text"]) for row in of)
