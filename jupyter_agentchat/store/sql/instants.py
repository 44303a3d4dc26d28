"""When commits became durable: known only after each, so kept here until a later one writes it."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Instant(NamedTuple):
    """The chunks of a channel with first ≤ seq ≤ last became durable at `store_ns`."""

    first: int
    last: int
    store_ns: int


View = Mapping[str, list[Instant]]
"""By channel, ascending."""


def find(view: View, channel: str, seq: int) -> int | None:
    """Return when the chunk `seq` became durable, None if `view` does not know it."""
    instants = view.get(channel, [])
    here = bisect_right(instants, seq, key=lambda instant: instant.first) - 1
    if here >= 0 and seq <= instants[here].last:
        return instants[here].store_ns
    return None


class Instants:
    """The instants that the database does not know yet; shared between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, list[Instant]] = {}
        self._count = 0

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def add(self, channel: str, instant: Instant) -> None:
        """Remember one; those of a channel come in ascending order."""
        with self._lock:
            self._known.setdefault(channel, []).append(instant)
            self._count += 1

    def view(self) -> View:
        """Return what is known now.

        A reader takes it before its transaction begins: what is forgotten by then is written,
        and what is forgotten later is in the view.
        """
        with self._lock:
            return {channel: list(instants) for channel, instants in self._known.items()}

    def forget(self, channel: str, upto: int) -> None:
        """Forget the instants of seqs ≤ `upto`, which the database knows now."""
        with self._lock:
            before = self._known.pop(channel, [])
            after = [instant for instant in before if instant.last > upto]
            self._count += len(after) - len(before)
            if after:
                self._known[channel] = after


def each(view: View) -> Iterator[tuple[str, Instant]]:
    """Return all of a view."""
    for channel, instants in view.items():
        for instant in instants:
            yield channel, instant
