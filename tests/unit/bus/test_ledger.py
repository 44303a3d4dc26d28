from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.bus.ledger import Ledger
from jupyter_agentchat.protocol.events import AnyEvent, StreamCompleted, StreamDelta
from jupyter_agentchat.protocol.publication import Publication


def publication(event: AnyEvent) -> Publication:
    return Publication(1, event, b"", 0, 0, 0)


def chunk(stream: str, index: int) -> Publication:
    return publication(StreamDelta(seq=1, t=0, stream=stream, index=index, text="x"))


def end(stream: str) -> Publication:
    return publication(StreamCompleted(seq=1, t=0, stream=stream, message="m", text=""))


def lists(ledger: Ledger, stamps: list[int], start: int = 0) -> dict[str, tuple[list[int], ...]]:
    told = ledger.told(array("q", stamps), start)
    return {stream: tuple(map(list, columns)) for stream, *columns in told}


def test_a_flush_lends_its_instant_to_each_of_its_chunks() -> None:
    ledger = Ledger()
    assert ledger.note([chunk("a", 0), chunk("b", 0), chunk("a", 1)]) == ()
    assert ledger.note([chunk("a", 2), end("a")]) == ("a",)
    assert lists(ledger, [10, 20]) == {"a": ([0, 2], [10, 20], [2, 1]), "b": ([0], [10], [1])}
    ledger.forget("a")
    assert not ledger.is_idle
    assert ledger.note([end("c")]) == ()
    ledger.restart()
    assert lists(ledger, []) == {}
    assert ledger.flushes == 0


def test_a_reader_that_came_later_has_no_instant_for_what_was_before() -> None:
    ledger = Ledger()
    ledger.note([chunk("a", 0)])
    ledger.note([chunk("a", 1), chunk("b", 0)])
    ledger.note([chunk("a", 2)])
    assert lists(ledger, [20, 30], start=1) == {
        "a": ([1, 2], [20, 30], [1, 1]),
        "b": ([0], [20], [1]),
    }
    assert lists(ledger, [], start=3) == {}


def test_a_run_ends_where_an_index_is_left_out() -> None:
    ledger = Ledger()
    ledger.note([chunk("a", 0), chunk("a", 1), chunk("a", 5), chunk("a", 6)])
    assert lists(ledger, [10]) == {"a": ([0, 5], [10, 10], [2, 2])}


def test_a_stream_that_is_not_in_each_flush_gets_the_instants_of_its_own() -> None:
    ledger = Ledger()
    ledger.note([chunk("a", 0), chunk("a", 5), chunk("b", 0)])
    ledger.note([chunk("b", 1)])
    ledger.note([chunk("a", 6), chunk("b", 3)])
    assert lists(ledger, [10, 20, 30]) == {
        "a": ([0, 5, 6], [10, 10, 30], [1, 1, 1]),
        "b": ([0, 1, 3], [10, 20, 30], [1, 1, 1]),
    }


def test_what_was_told_of_a_stream_that_goes_on_stays_as_it_was() -> None:
    ledger = Ledger()
    ledger.note([chunk("a", 0)])
    ((_, index, instants, count),) = ledger.told(array("q", [10]), 0)
    ledger.note([chunk("a", 1), chunk("a", 2)])
    assert [list(each) for each in (index, instants, count)] == [[0], [10], [1]]
    assert lists(ledger, [10, 20]) == {"a": ([0, 1], [10, 20], [1, 2])}


@given(
    flushes=st.lists(
        st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 2)), max_size=4), max_size=8
    ),
    start=st.integers(0, 8),
    looks=st.sets(st.integers(0, 8)),
)
def test_runs_spread_out_are_what_each_flush_brought(
    flushes: list[list[tuple[str, int]]], start: int, looks: set[int]
) -> None:
    ledger, last = Ledger(), {"a": 0, "b": 0}
    expected: dict[str, list[tuple[int, int]]] = {}
    stamps = array("q", [100 + number for number in range(start, len(flushes))])
    for number, steps in enumerate(flushes):
        brought = []
        for stream, step in steps:
            last[stream] += step
            brought.append(chunk(stream, last[stream]))
            if number >= start:
                expected.setdefault(stream, []).append((last[stream], 100 + number))
        ledger.note(brought)
        if number in looks:
            list(ledger.told(array("q", range(number + 1)), 0))
    told = {
        stream: [
            (first + each, instant)
            for first, instant, repeats in zip(index, instants, count, strict=True)
            for each in range(repeats)
        ]
        for stream, index, instants, count in ledger.told(stamps, start)
    }
    assert told == expected
