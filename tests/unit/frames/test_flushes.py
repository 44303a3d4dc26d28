from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_agentchat.frames import flushes
from jupyter_agentchat.frames.convert import to_frame
from jupyter_agentchat.frames.flushes import Flushes
from jupyter_agentchat.frames.tables import table
from tests.frames.logs import CLOCK, SECOND_US, START_US, LogWriter, memory

STREAMS = "abc"


@dataclass
class Crowd:
    """Streams whose chunks left in flushes, and what each reader was given of them when."""

    log: LogWriter = field(default_factory=lambda: LogWriter(memory()))
    streams: str = STREAMS
    chunks: list[tuple[int, str, int]] = field(default_factory=list)
    """(seq, stream, index)"""
    truth: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """(connection, stream, index): when it left, in ns."""

    def __post_init__(self) -> None:
        for stream in self.streams:
            self.log.start(stream)

    def say(self, stream: str) -> None:
        index = sum(each == stream for _, each, _ in self.chunks)
        self.log.chunk(stream, "x", 2000 + len(self.chunks))
        self.chunks.append((self.log.seq, stream, index))

    def flush(self, connection: str, after: int, ends: list[int], only: str | None) -> None:
        """Let a reader be given what is up to each of `ends`; every third time it is nothing."""
        if not ends:
            return
        instants = [0 if number % 3 == 2 else 10_000 + 10 * end for number, end in enumerate(ends)]
        self.log.flushes(connection, after, ends, instants, stream=only)
        for (first, last), instant in zip(pairwise([after, *ends]), instants, strict=True):
            for seq, stream, index in self.chunks:
                if first < seq <= last and only in {None, stream} and instant:
                    self.truth[connection, stream, index] = instant

    def hops(self) -> pd.DataFrame:
        self.log.flush()
        found = to_frame(
            "hops", table(self.log.store, "hops", channel=self.log.channel, since=None, until=None)
        )
        return found[found.hop == "socket"]

    def check(self) -> None:
        found = self.hops()
        keys = zip(found.conn_id, found.stream_id, found["index"], strict=True)
        assert dict(zip(keys, found.t_ns, strict=True)) == self.truth
        assert not found.is_replay.any()


CASES: dict[str, Any] = {
    "said": st.lists(st.sampled_from([*STREAMS, ""]), min_size=1, max_size=30),
    "readers": st.lists(
        st.tuples(
            st.integers(0, 30),
            st.sets(st.integers(1, 40), max_size=8),
            st.sampled_from([None, None, "a", "b", "z"]),
        ),
        max_size=4,
    ),
    "at_once": st.booleans(),
}


@settings(deadline=None, max_examples=60)
@given(**CASES)
def test_each_chunk_has_the_instant_of_its_flush(
    said: list[str],
    readers: list[tuple[int, set[int], str | None]],
    *,
    at_once: bool,
) -> None:
    crowd = Crowd()
    for stream in said:
        crowd.say(stream) if stream else crowd.log.message(f"m{crowd.log.seq}", "between")
    for number, (after, ends, only) in enumerate(readers):
        crowd.log.connection(f"c{number}")
        later = sorted(end for end in ends if after < end <= crowd.log.seq)
        crowd.flush(f"c{number}", after, later, only)
        if not at_once:
            crowd.log.flush()
    crowd.check()


def test_a_flush_may_tell_of_one_stream_only() -> None:
    crowd = Crowd()
    for stream in "abab":
        crowd.say(stream)
    crowd.log.connection("c")
    first, last = crowd.chunks[0][0], crowd.chunks[3][0]
    crowd.flush("c", first - 1, [first, last], "a")
    assert set(crowd.truth) == {("c", "a", 0), ("c", "a", 1)}
    crowd.check()


def told_both_ways() -> Crowd:
    """Return a reader that was given history chunk by chunk, and what was live by flushes."""
    crowd = Crowd()
    for stream in "aabab":
        crowd.say(stream)
    crowd.log.connection("c")
    crowd.log.stamps("a", "c", 0, 1, socket_ns=(500, 501), is_replay=True)
    crowd.flush("c", crowd.chunks[1][0], [crowd.chunks[3][0], crowd.chunks[4][0]], None)
    crowd.log.stamps("b", "c", 0, client_ns=(40,), client_clock_id=CLOCK)
    crowd.log.flush()
    return crowd


def test_both_kinds_of_rows_stand_in_one_block() -> None:
    crowd = told_both_ways()
    found = crowd.hops()
    rows = zip(found.stream_id, found["index"], found.t_ns, found.is_replay, strict=True)
    first, second = (10_000 + 10 * crowd.chunks[at][0] for at in (3, 4))
    assert sorted(rows) == [
        ("a", 0, 500, True),
        ("a", 1, 501, True),
        ("a", 2, first, False),
        ("b", 0, first, False),
        ("b", 1, second, False),
    ]
    chunks = table(crowd.log.store, "chunks", channel="lab", since=None, until=None)
    assert chunks["socket_ns"].to_pylist() == [500, 501, first, first, second]
    assert chunks["client_ns"].to_pylist() == [None, None, None, 40, None]


def test_what_since_and_until_leave_out_is_not_told_of() -> None:
    crowd = told_both_ways()
    whole = table(crowd.log.store, "chunks", channel="lab", since=None, until=None)
    since, until = (START_US + crowd.chunks[at][0] * SECOND_US for at in (1, 4))
    part = table(crowd.log.store, "chunks", channel="lab", since=since, until=until)
    told = dict(zip(whole["seq"].to_pylist(), whole["socket_ns"].to_pylist(), strict=True))
    assert len(part) == 3
    assert part["socket_ns"].to_pylist() == [told[seq] for seq in part["seq"].to_pylist()]


def test_what_came_live_and_again_as_history_counts_as_live() -> None:
    crowd = Crowd()
    for stream in "aa":
        crowd.say(stream)
    crowd.log.connection("c")
    first, last = (seq for seq, _, _ in crowd.chunks)
    crowd.flush("c", first - 1, [first, last], None)
    crowd.log.stamps("a", "c", 0, 1, socket_ns=(50_000, 50_001), is_replay=True)
    crowd.check()


def test_other_channels_unknown_streams_and_other_runs_of_the_server_are_passed_over() -> None:
    lab = Crowd()
    den = Crowd(LogWriter(lab.log.store, "den"), streams="de")
    for crowd, streams in ((lab, "abc"), (den, "ded")):
        for stream in streams:
            crowd.say(stream)
        crowd.log.connection("c")
        crowd.flush("c", 0, [seq for seq, _, _ in crowd.chunks][:2], None)
        seqs = [seq for seq, _, _ in crowd.chunks]
        crowd.log.flushes("c", seqs[1], seqs[2:], [77], clock_id="another run")
    den.log._next["unknown"] = 0
    den.log.chunk("unknown", "x", 2000)
    den.log.flushes("c", den.log.seq - 1, [den.log.seq], [99])
    for crowd in (lab, den):
        crowd.check()
    both = table(lab.log.store, "hops", channel=None, since=None, until=None).to_pandas()
    assert len(both[both.hop == "socket"]) == len(lab.truth) + len(den.truth)


def test_rows_of_no_use_are_passed_over() -> None:
    crowd = Crowd()
    crowd.say("a")
    crowd.log.connection("c")
    seq = crowd.chunks[0][0]
    crowd.log.flushes("c", seq + 5, [1 << 60, seq, 3], [1, 2, 3])
    crowd.log.flushes("c", 1 << 60, [seq], [4])
    crowd.log.flushes("c", 0, [], [])
    crowd.check()


@pytest.mark.parametrize("sparse", [0, 1 << 40])
def test_however_parts_are_numbered_they_are_the_same(
    monkeypatch: pytest.MonkeyPatch, sparse: int
) -> None:
    whole = told_both_ways().hops()
    monkeypatch.setattr(flushes, "_SPARSE", sparse)
    pd.testing.assert_frame_equal(told_both_ways().hops(), whole)


def one_too_late(laid: Flushes, block: object) -> object:
    row, place = BROUGHT(laid, block)  # type: ignore[arg-type]
    return row[1:], place[:-1]


def about_all(block: object, chunks: object) -> object:
    return np.full_like(ONLY(block, chunks), -1)  # type: ignore[arg-type]


BROUGHT, ONLY = Flushes._brought, flushes._only


@pytest.mark.parametrize(
    ("owner", "name", "fault"),
    [(Flushes, "_brought", one_too_late), (flushes, "_only", about_all)],
    ids=["late", "all"],
)
def test_a_planted_fault_is_found(
    owner: object, name: str, fault: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, fault)
    with pytest.raises(AssertionError):
        test_a_flush_may_tell_of_one_stream_only()
