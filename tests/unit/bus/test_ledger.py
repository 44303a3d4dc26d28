from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.bus.ledger import Ledger


def test_each_flush_ends_at_its_seq() -> None:
    ledger = Ledger()
    ledger.note(4)
    start = ledger.enter()
    ledger.note(5)
    ledger.note(9)
    assert len(ledger) == 3
    assert list(ledger.told(0, 3)) == [4, 5, 9]
    assert list(ledger.told(start, 2)) == [5, 9]


def test_what_was_not_taken_yet_is_not_told() -> None:
    ledger = Ledger()
    ledger.note(4)
    ledger.note(5)
    assert list(ledger.told(0, 1)) == [4]


def test_neighbours_that_brought_nothing_are_one() -> None:
    ledger = Ledger()
    ledger.note(1)
    assert ledger.skip(3)
    assert not ledger.skip(5)
    ledger.note(6)
    assert ledger.skip(7)
    assert list(ledger.told(0, 4)) == [1, 5, 6, 7]


def test_a_reader_that_comes_after_nothing_was_brought_has_a_nothing_of_its_own() -> None:
    ledger = Ledger()
    assert ledger.skip(3)
    start = ledger.enter()
    assert ledger.skip(5)
    ledger.note(6)
    assert list(ledger.told(start, 2)) == [5, 6]


def test_it_begins_anew() -> None:
    ledger = Ledger()
    ledger.note(1)
    assert ledger.skip(2)
    ledger.restart()
    assert len(ledger) == 0
    assert ledger.skip(3)
    assert list(ledger.told(0, 1)) == [3]


@given(steps=st.lists(st.tuples(st.sampled_from(["note", "skip", "enter"]), st.integers(1, 3))))
def test_every_reader_knows_of_each_event_whether_it_was_brought(
    steps: list[tuple[str, int]],
) -> None:
    ledger, seq = Ledger(), 0
    readers: list[tuple[int, int, list[bool], list[bool]]] = []
    for what, count in steps:
        if what == "enter":
            readers.append((ledger.enter(), seq, [], []))
            continue
        seq += count
        is_brought = counts = what == "note"
        if is_brought:
            ledger.note(seq)
        else:
            counts = ledger.skip(seq)
        for _, _, rows, truth in readers:
            truth.extend([is_brought] * count)
            rows.extend([is_brought] * counts)
    for start, after, rows, truth in readers:
        ends = list(ledger.told(start, len(rows)))
        spans = zip([after, *ends], ends, rows, strict=False)
        assert [told for first, last, told in spans for _ in range(last - first)] == truth
