"""Decomposition rules: a pattern splits a clause into numbered parts.

Every `0` may stretch over any number of words, so a pattern is a row of *segments* of fixed width
with gaps between them. Taking each segment at its leftmost place, and the last one at the end of
the clause if no `0` follows it, finds a match whenever there is one: nothing is ever tried twice,
and the cost is bounded by words times elements whatever the pattern.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

Slot = frozenset[str] | None
"""What one word must be; `None` takes any word."""

Span = tuple[int, int]
"""First word of a part, and the one after its last."""


@dataclass(frozen=True, slots=True)
class Element:
    """One numbered part of a pattern: a `0`, a count, a word, or a set of words.

    Attributes
    ----------
    slots : tuple of Slot
        What each of its words must be; empty for `0`.
    gap : bool
        Whether it is a `0`, which takes any number of words.
    """

    slots: tuple[Slot, ...] = ()
    gap: bool = False


class Segment:
    """Neighbouring elements without a `0` between them."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self._slots = tuple(slot for element in elements for slot in element.slots)
        self.width = len(self._slots)
        self._edges = tuple(accumulate((len(e.slots) for e in elements), initial=0))
        named = ((len(slot), place) for place, slot in enumerate(self._slots) if slot)
        size, self._anchor = min(named, default=(0, 0))
        self._literal = next(iter(self._slots[self._anchor] or ())) if size == 1 else None

    def fits(self, words: Sequence[str], at: int) -> bool:
        """Tell whether the segment stands at word `at`; the caller checks the room."""
        for place, slot in enumerate(self._slots, at):
            if slot is not None and words[place] not in slot:
                return False
        return True

    def find(self, words: Sequence[str], start: int, stop: int) -> int:
        """Return the leftmost place in ``words[start:stop]``, or -1."""
        last = stop - self.width
        at = start
        while at <= last:
            if self._literal is not None:
                try:
                    found = words.index(self._literal, at + self._anchor, last + self._anchor + 1)
                except ValueError:
                    return -1
                at = found - self._anchor
            if self.fits(words, at):
                return at
            at += 1
        return -1

    def spans(self, at: int) -> list[Span]:
        """Return the parts of the segment's elements when it stands at word `at`."""
        edges = self._edges
        return [(at + a, at + b) for a, b in pairwise(edges)]


class Pattern:
    """A decomposition rule.

    Parameters
    ----------
    elements : iterable of Element
        At least one; two gaps never stand next to each other.
    source : str
        How the script writes it, for messages.
    """

    def __init__(self, elements: Iterable[Element], source: str) -> None:
        self.elements = tuple(elements)
        self.source = source
        self._open_start = self.elements[0].gap
        self._open_end = self.elements[-1].gap
        self._segments = tuple(map(Segment, _runs(self.elements)))
        self._width = sum(segment.width for segment in self._segments)
        self._named = tuple(slot for e in self.elements for slot in e.slots if slot)

    def __len__(self) -> int:
        return len(self.elements)

    def match(self, words: Sequence[str]) -> list[Span] | None:
        """Split `words` (lower case) into one part for each element.

        Returns
        -------
        list of Span or None
            Parts in order, together all words; a `0` takes as few as possible, the last one what
            is left. `None` if the words do not have this form.
        """
        total = len(words)
        if total < self._width or self._lacks(words):
            return None  # most patterns are refused here, before anything is laid out
        spans: list[Span] = []
        at = 0
        final = len(self._segments) - 1
        for number, segment in enumerate(self._segments):
            place = self._place(segment, words, at, is_first=number == 0, is_last=number == final)
            if place < at:
                return None
            if number or self._open_start:
                spans.append((at, place))
            spans += segment.spans(place)
            at = place + segment.width
        if self._open_end:
            spans.append((at, total))
        return spans if self._open_end or at == total else None

    def _lacks(self, words: Sequence[str]) -> bool:
        for slot in self._named:  # noqa: SIM110 - a generator here costs a third of a replay
            if slot.isdisjoint(words):
                return True
        return False

    def _place(
        self, segment: Segment, words: Sequence[str], at: int, *, is_first: bool, is_last: bool
    ) -> int:
        if is_first and not self._open_start:
            return at if segment.fits(words, at) else -1
        if is_last and not self._open_end:
            end = len(words) - segment.width
            return end if end >= at and segment.fits(words, end) else -1
        return segment.find(words, at, len(words))


def _runs(elements: Iterable[Element]) -> list[list[Element]]:
    runs: list[list[Element]] = [[]]
    for element in elements:
        if element.gap:
            runs.append([])
        else:
            runs[-1].append(element)
    return [run for run in runs if run]
