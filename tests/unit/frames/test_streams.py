from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pandas as pd
import pytest

from jupyter_agentchat.frames.log import Log
from jupyter_agentchat.frames.tables import table
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import Segment
from tests.frames.logs import SECOND_US, START_US, LogWriter, memory

MS = 1_000_000


def rows(store: Store, since: int | None = None, until: int | None = None) -> list[dict[str, Any]]:
    found = table(store, "streams", channel="lab", since=since, until=until)
    listed: list[dict[str, Any]] = found.to_pylist()
    return listed


def test_a_stream_shows_its_row_and_what_it_measures() -> None:
    log = LogWriter(memory())
    log.start(
        "s",
        t_request=1 * MS,
        t_intended=MS // 2,
        model="m",
        provider="p",
        transport="ws",
        connection="c",
    )
    for instant in (11, 21, 51):
        log.chunk("s", "x", instant * MS)
    log.end(
        "s",
        "xxx",
        t_first_chunk=11 * MS,
        t_first_content=11 * MS,
        t_last_content=51 * MS,
        t_end=60 * MS,
        n_tokens=5,
        token_source="usage",
        n_chars=3,
        n_bytes=3,
    )
    log.flush()
    (row,) = rows(log.store)
    assert row == {
        "stream_id": "s",
        "channel": "lab",
        "message_id": "m-s",
        "agent": "eliza",
        "model": "m",
        "provider": "p",
        "transport": "ws",
        "t_intended": MS // 2,
        "t_request": 1 * MS,
        "t_first_chunk": 11 * MS,
        "t_first_content": 11 * MS,
        "t_last_content": 51 * MS,
        "t_end": 60 * MS,
        "t_first_paint": None,
        "n_chunks": 3,
        "n_tokens": 5,
        "token_source": "usage",
        "n_chars": 3,
        "n_bytes": 3,
        "status": "completed",
        "error": None,
        "ttft_ms": 10.0,
        "tpot_ms": 10.0,
        "icl_p50_ms": 20.0,
        "icl_p95_ms": 29.0,
        "e2e_ms": 50.0,
        "chunks_per_s": 50.0,
        "clock_id": "server",
    }


def test_a_stream_that_never_spoke_measures_nothing() -> None:
    log = LogWriter(memory())
    log.start("s")
    log.flush()
    (row,) = rows(log.store)
    assert (row["status"], row["n_chunks"], row["ttft_ms"], row["icl_p50_ms"]) == (
        "streaming",
        0,
        None,
        None,
    )


def test_streams_by_their_request_whatever_order_they_started_in() -> None:
    log = LogWriter(memory())
    log.start("late", t_request=300)
    log.start("early", t_request=100)
    log.start("middle", t_request=200)
    log.flush()
    assert [row["stream_id"] for row in rows(log.store)] == ["early", "middle", "late"]


def test_an_earlier_run_of_the_server_comes_first() -> None:
    log = LogWriter(memory())
    log.start("before", t_request=10**9, clock_id="one")
    log.start("after", t_request=5, clock_id="two")
    log.flush()
    assert [row["stream_id"] for row in rows(log.store)] == ["before", "after"]


def test_since_and_until_choose_starts_and_the_chunks_follow() -> None:
    log = LogWriter(memory())
    log.start("a")
    log.start("b", t_request=2000)
    log.start("c")
    for stream in "abc":
        log.chunk(stream, "x", 5000)
        log.chunk(stream, "y", 7000)
    log.flush()
    (row,) = rows(log.store, START_US + 3 * SECOND_US, START_US + 4 * SECOND_US)
    assert (row["stream_id"], row["ttft_ms"], row["icl_p50_ms"]) == ("b", 0.003, 0.002)


class TestFirstPaint:
    def log(self, **stamps: Any) -> LogWriter:
        log = LogWriter(memory())
        log.connection("c")
        log.start("s", connection="c")
        log.chunk("s", "hm", 2000, kind="reasoning")
        log.chunk("s", "a", 2001)
        log.chunk("s", "b", 2002)
        log.stamps("s", "c", 0, 1, 2, client_clock_id="page", offset_ns=5000, **stamps)
        log.flush()
        return log

    def test_it_is_that_of_the_first_text(self) -> None:
        log = self.log(paint_ns=(10, 20, 30))
        assert rows(log.store)[0]["t_first_paint"] == 5020

    def test_without_one_it_is_missing(self) -> None:
        assert rows(self.log(client_ns=(10, 20, 30)).store)[0]["t_first_paint"] is None
        assert rows(self.log(paint_ns=(10, 0, 0)).store)[0]["t_first_paint"] is None

    @pytest.mark.parametrize("early", [{"hidden": True}, {"is_replay": True}])
    def test_after_a_hidden_page_or_history_there_is_none(self, early: dict[str, bool]) -> None:
        log = self.log(paint_ns=(0, 0, 30))
        assert rows(log.store)[0]["t_first_paint"] == 5030
        page = {"client_clock_id": "page", "offset_ns": 5000}
        log.stamps("s", "c", 1, socket_ns=(2002,), client_ns=(9,), **page, **early)
        log.flush()
        assert rows(log.store)[0]["t_first_paint"] is None

    def test_what_is_hidden_later_changes_nothing(self) -> None:
        log = self.log(paint_ns=(0, 20, 0))
        log.stamps("s", "c", 2, client_ns=(9,), client_clock_id="page", offset_ns=1, hidden=True)
        log.flush()
        assert rows(log.store)[0]["t_first_paint"] == 5020


class _Deaf:
    """A block whose text must not be read."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def __getattr__(self, name: str) -> Any:
        assert name not in {"text", "offsets"}, "text is read"
        return getattr(self._segment, name)

    def __len__(self) -> int:
        return len(self._segment)


class _Guarded:
    """A store whose chunks' text must not be read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def segments(
        self, channel: str | None, since: int | None, until: int | None
    ) -> Iterator[tuple[str, Segment]]:
        for of, segment in self._store.segments(channel, since, until):
            yield of, cast("Segment", _Deaf(segment))


def test_no_text_is_read() -> None:
    log = LogWriter(memory())
    log.start("s")
    log.chunk("s", "x", 5000)
    log.flush()
    guarded: Any = _Guarded(log.store)
    assert rows(guarded) == rows(log.store)
    with pytest.raises(AssertionError, match="text is read"):
        table(guarded, "chunks", channel="lab", since=None, until=None)


def test_a_summary_reads_no_text() -> None:
    log = LogWriter(memory())
    for stream in "ab":
        log.start(stream)
        for number in range(5):
            log.chunk(stream, "x", 5000 + number * MS)
        log.end(stream)
    log.flush()

    class Source:
        def __init__(self, store: Any) -> None:
            self._store = store

        def table(
            self, name: str, channel: str | None, since: int | None, until: int | None
        ) -> Any:
            return table(self._store, name, channel=channel, since=since, until=until)

    found = Log(Source(_Guarded(log.store)), "lab", fresh=True).summary()
    pd.testing.assert_frame_equal(found, Log(Source(log.store), "lab").summary())
    with pytest.raises(AssertionError, match="text is read"):
        Log(Source(_Guarded(log.store)), "lab").summary()
