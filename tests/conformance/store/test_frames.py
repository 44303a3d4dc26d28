"""What every store promises about its tables: order, times, exact instants, housekeeping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import Read, first_seq
from jupyter_agentchat.store import late, segments
from jupyter_agentchat.store.base import Page, Store
from jupyter_agentchat.store.late import split
from jupyter_agentchat.store.rows import ConnectionRow, Stamps
from tests.conformance.store.making import conversation, instants, rows, stream_row
from tests.properties.strategies import LogWriter


def ids(page: Page) -> list[str]:
    return [message.id for message in page.messages]


@pytest.fixture
def paged(store: Store) -> Store:
    """Ten messages m2 … m11."""
    log = LogWriter("lab")
    for index in range(10):
        log.message(f"text {index}")
    store.write(rows(log.events), full=False)
    return store


@pytest.mark.parametrize(
    ("before", "after", "expected", "cursors"),
    [
        (None, None, ["m9", "m10", "m11"], (9, None)),
        (9, None, ["m6", "m7", "m8"], (6, 8)),
        (4, None, ["m2", "m3"], (None, 3)),
        (2, None, [], (None, None)),
        (None, 0, ["m2", "m3", "m4"], (None, 4)),
        (None, 8, ["m9", "m10", "m11"], (9, None)),
        (None, 11, [], (None, None)),
    ],
    ids=["newest", "older", "oldest", "none older", "from the start", "newer", "none newer"],
)
def test_pages(
    paged: Store,
    before: int | None,
    after: int | None,
    expected: list[str],
    cursors: tuple[int | None, int | None],
) -> None:
    page = paged.page("lab", before=before, after=after, limit=3)
    assert (ids(page), (page.before, page.after)) == (expected, cursors)


def test_messages_come_by_channel_and_time(store: Store) -> None:
    for channel in ("b", "a"):
        store.write(rows(conversation(channel=channel).events, channel), full=False)
    everything = [(message.channel, message.seq) for message in store.messages(None, None, None)]
    assert everything == [("a", 2), ("a", 3), ("a", 11), ("b", 2), ("b", 3), ("b", 11)]
    assert [message.seq for message in store.messages("b", 3, 11)] == [3]


def test_events_come_as_they_were_with_deltas(store: Store) -> None:
    events = conversation().events
    store.write(rows(events), full=False)
    found = list(store.events("lab", None, None))
    assert [row.data for _, row in found] == [encode_event(event) for event in events]
    assert [(row.seq, row.type, row.t) for _, row in found[3:5]] == [
        (4, "stream.delta", 4),
        (5, "stream.delta", 5),
    ]
    assert [row.seq for _, row in store.events(None, 5, 11)] == [5, 6, 7, 8, 9, 10]


def test_blocks_hold_every_chunk_with_its_instants(store: Store) -> None:
    events = conversation().events
    store.write(rows(events), full=False)
    ((channel, block),) = store.segments(None, None, None)
    assert (channel, block.streams, block.kinds) == ("lab", ("s3", "s11"), ("reasoning", "text"))
    assert block.seq.tolist() == [4, 5, 6, 7, 8, 9, 12]
    assert block.index.tolist() == [0, 1, 2, 3, 4, 5, 0]
    assert bytes(block.text) == "c0 c1 c2 c3 c4 c5 wéll ".encode()
    assert instants(store)[12] == (12_000, 12_001, 12_002, 0)


def test_blocks_are_chosen_by_time(store: Store) -> None:
    events = conversation().events
    store.write(rows(events[:6]), full=False)
    store.write(rows(events[6:]), full=False)

    def chosen(since: int | None, until: int | None) -> list[int]:
        return [block.seq[0] for _, block in store.segments("lab", since, until)]

    assert chosen(None, None) == [4, 7]
    assert (chosen(7, None), chosen(None, 7), chosen(13, None)) == ([7], [4], [])


def test_instants_of_commits_show_at_once_and_stay(store: Store) -> None:
    events = conversation().events
    store.write(rows(events[:6]), full=False)
    store.committed("lab", 1, 6, 555)
    store.write(rows(events[6:]), full=False)
    expected = {4: 555, 5: 555, 6: 555, 7: 0, 8: 0, 9: 0, 12: 0}
    assert {seq: hops[3] for seq, hops in instants(store).items()} == expected
    store.write([], full=False)
    assert {seq: hops[3] for seq, hops in instants(store).items()} == expected


def test_tidying_keeps_everything_as_it_was(store: Store) -> None:
    log = conversation(chunks=1500)
    events = log.events
    for start in range(0, len(events), 13):
        part = events[start : start + 13]
        store.write(rows(part), full=False)
        first, last = first_seq(part[0]), first_seq(part[-1])
        store.committed("lab", first, last, 1_000_000 + first)
    before = instants(store), list(store.events("lab", None, None))
    while store.tidy(quiet=False):
        pass
    busy = [len(block) for _, block in store.segments("lab", None, None)]
    assert busy[0] > 980
    while store.tidy(quiet=True):
        pass
    quiet = [len(block) for _, block in store.segments("lab", None, None)]
    assert len(quiet) == 2
    assert (instants(store), list(store.events("lab", None, None))) == before
    assert store.read("lab", 0, 9999) == events
    assert store.tidy(quiet=True) is False


def test_tidying_goes_on_where_it_stopped(store: Store) -> None:
    log = conversation(chunks=0)
    written = 0
    for _ in range(6):
        stream = next(iter(log.live))
        for index in range(120):
            log.delta(stream, f"{index}", reasoning=False)
        for event in rows(log.events[written:]):
            store.write([event], full=False)
        written = len(log.events)
        while store.tidy(quiet=True):
            pass
    assert [len(block) for _, block in store.segments("lab", None, None)] == [601, 120]
    assert store.read("lab", 0, 9999) == log.events


def test_a_streams_row_is_replaced_by_its_later_one(store: Store) -> None:
    first, second = stream_row("b", started_us=7), stream_row("a", started_us=9)
    store.write([second, first], full=False)
    ended = replace(first, status="completed", n_chunks=3)
    store.write([ended], full=False)
    assert list(store.streams(None, None, None)) == [ended, second]
    assert list(store.streams("lab", 8, None)) == [second]
    assert list(store.streams("lab", None, 9)) == [ended]
    assert (store.stream("b"), store.stream("c")) == (ended, None)


def test_a_connections_row_is_replaced_by_its_later_one(store: Store) -> None:
    opened = ConnectionRow(
        connection="c", transport="ws", user="ann", opened=1, clock_id="k", opened_us=5
    )
    closed = replace(opened, closed=9, close_code=1000)
    other = replace(opened, connection="d", opened_us=4)
    store.write([opened, other, closed], full=False)
    assert list(store.connections(None, None)) == [other, closed]
    assert list(store.connections(5, None)) == [closed]


def stamps(index: Sequence[int], paint_ns: Sequence[int] = ()) -> Stamps:
    return Stamps(
        channel="lab",
        stream="s",
        connection="c",
        clock_id="k",
        index=index,
        socket_ns=[value * 10 for value in index],
        paint_ns=paint_ns,
        client_clock_id="page",
        offset_ns=-5,
        uncertainty_ns=3,
        hidden=True,
    )


def late_hops(store: Store, channel: str | None) -> list[Stamps]:
    return [each for block in store.stamps(channel) for each in split(block)]


def test_late_hops_come_back_in_the_order_they_were_written(store: Store) -> None:
    store.write([stamps([5, 6, 9], [1, 0, 2**50])], full=False)
    store.write([stamps([1]), replace(stamps([2]), channel="other")], full=False)
    first, second = late_hops(store, "lab")
    assert list(first.index) == [5, 6, 9]
    assert list(first.socket_ns) == [50, 60, 90]
    assert list(first.paint_ns) == [1, 0, 2**50]
    assert list(first.dom_ns) == []
    assert (first.client_clock_id, first.offset_ns, first.uncertainty_ns) == ("page", -5, 3)
    assert (first.hidden, first.is_replay) == (True, False)
    assert list(second.index) == [1]
    assert len(late_hops(store, None)) == 3


def test_rows_of_flushes_stay_as_they_are(store: Store) -> None:
    written = [
        replace(stamps([5, 8]), stream=None, after=2),
        replace(stamps([9]), after=8),
        stamps([0, 1]),
        replace(stamps([700]), stream=None, after=0),
    ]
    for each in written:
        store.write([each], full=False)
    expected = [
        (None, 2, [5, 8], [50, 80]),
        ("s", 8, [9], [90]),
        ("s", None, [0, 1], [0, 10]),
        (None, 0, [700], [7000]),
    ]

    def found() -> list[tuple[str | None, int | None, list[int], list[int]]]:
        rows = late_hops(store, "lab")
        return [(row.stream, row.after, list(row.index), list(row.socket_ns)) for row in rows]

    assert found() == expected
    while store.tidy(quiet=True):
        pass
    assert len(list(store.stamps("lab"))) == 1
    assert found() == expected


def test_columns_of_late_hops_have_one_length(store: Store) -> None:
    with pytest.raises(StoreError, match="3 rows and 1 values in paint_ns"):
        store.write([stamps([5, 6, 9], [1])], full=False)
    assert late_hops(store, None) == []


def test_reads_move_forward_only(store: Store) -> None:
    log = LogWriter("lab")
    log.message("one")
    store.write(rows(log.events), full=False)
    for upto in (2, 1):
        log.events.append(Read(**log.at, user="ann", upto=upto))
        store.write(rows(log.events[-1:]), full=False)
    head = store.head("lab")
    assert head is not None
    assert head.snapshot.reads == {"ann": 2}


# ---------------------------------------------------------------- planted faults

GATHER, MERGE_HOPS, MERGE_CHUNKS = late.gather, late.merge, segments.merge


def of_no_flush(rows: Sequence[Stamps]) -> late.GatheredStamps:
    return GATHER([replace(row, after=None) for row in rows])


def of_the_first_stream(blocks: Any) -> late.GatheredStamps:
    merged = MERGE_HOPS(blocks)
    merged.runs = tuple(replace(run, stream=merged.runs[0].stream) for run in merged.runs)
    return merged


def hops_without_the_last(blocks: Any) -> late.GatheredStamps:
    return MERGE_HOPS(blocks[:-1])


def chunks_without_the_last(blocks: Any) -> segments.Gathered:
    return MERGE_CHUNKS(blocks[:-1])


def chunks_without_commits(blocks: Any) -> segments.Gathered:
    merged = MERGE_CHUNKS(blocks)
    merged.store_ns = memoryview(bytes(8 * len(merged))).cast("q")
    return merged


FLUSHES_STAY = test_rows_of_flushes_stay_as_they_are
ALL_STAYS = test_tidying_keeps_everything_as_it_was


@pytest.mark.parametrize(
    ("check", "target", "fault"),
    [
        (FLUSHES_STAY, "late.gather", of_no_flush),
        (FLUSHES_STAY, "late.merge", of_the_first_stream),
        (FLUSHES_STAY, "late.merge", hops_without_the_last),
        (ALL_STAYS, "segments.merge", chunks_without_the_last),
        (ALL_STAYS, "segments.merge", chunks_without_commits),
    ],
)
def test_a_planted_fault_is_found(
    check: Callable[[Store], None],
    target: str,
    fault: object,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"jupyter_agentchat.store.{target}", fault)
    with pytest.raises((AssertionError, StoreError)):
        check(store)
