from __future__ import annotations

from array import array

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
