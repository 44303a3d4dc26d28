"""Which chunk left in which flush of a room, so that instants are kept once for each flush."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from jupyter_agentchat.protocol.events import TERMINAL, StreamDelta
from jupyter_agentchat.protocol.publication import Publication

Told = tuple[str, Sequence[int], Sequence[int], Sequence[int]]
"""A stream; runs of its chunks: the index each begins with, its instant, and how many it has."""

_ONE = array("q", (1,))


class _Runs:
    """The chunks of one stream since the ledger's beginning: a run for each flush that had any.

    Mostly each flush brings one chunk. Such a sequence is only counted while it goes on.

    Attributes
    ----------
    next_flush, next_index : int
        The flush and the chunk with which the sequence goes on.
    is_in_each : bool
        Whether there is one run for each flush from the first to the last.
    """

    __slots__ = (
        "_count",
        "_first_flush",
        "_first_index",
        "_flush",
        "_index",
        "is_in_each",
        "next_flush",
        "next_index",
    )

    def __init__(self, flush: int, index: int) -> None:
        self.is_in_each = True
        self._flush, self._index, self._count = array("q"), array("q"), array("q")
        self._first_flush, self._first_index = flush, index
        self.next_flush, self.next_index = flush + 1, index + 1

    def turn(self, flush: int, index: int) -> None:
        """Take a chunk with which the sequence does not go on."""
        self._end()
        if flush == self.next_flush - 1 and index == self.next_index:
            self._count[-1] += 1
            self._first_index = self.next_index = index + 1
        else:
            self.is_in_each &= flush == self.next_flush
            self._first_flush, self._first_index = flush, index
            self.next_flush, self.next_index = flush + 1, index + 1

    def since(self, start: int) -> tuple[array[int], array[int], array[int]]:
        """Return flush, first chunk and number of chunks of each run from the flush `start` on."""
        self._end()
        if not start:
            return self._flush, self._index, self._count
        first = bisect_left(self._flush, start)
        return self._flush[first:], self._index[first:], self._count[first:]

    def _end(self) -> None:
        """Write the sequence down; it may go on."""
        self._flush.extend(range(self._first_flush, self.next_flush))
        self._index.extend(range(self._first_index, self.next_index))
        self._count.extend(_ONE * (self.next_flush - self._first_flush))
        self._first_flush, self._first_index = self.next_flush, self.next_index


class Ledger:
    """Counts a room's flushes and notes the chunks of each.

    A reader that took part in all flushes since its flush number `start` has one instant for
    each of them: `told` lays these beside the chunks. A crowded room has dozens of chunks in a
    flush and as many readers, so what is told is runs of chunks that left together.

    Attributes
    ----------
    flushes : int
        Flushes since the beginning.
    """

    def __init__(self) -> None:
        self.flushes = 0
        self._live: dict[str, _Runs] = {}

    def note(self, publications: Sequence[Publication]) -> tuple[str, ...]:
        """Take the events of the next flush; returns the streams that end with it."""
        ended: tuple[str, ...] = ()
        flush, live = self.flushes, self._live
        for publication in publications:
            event = publication.event
            if type(event) is StreamDelta:
                told = event.index
                index = told if isinstance(told, int) else told[1]
                runs = live.get(event.stream)
                if runs is None:
                    live[event.stream] = _Runs(flush, index)
                elif flush == runs.next_flush and index == runs.next_index:
                    runs.next_flush, runs.next_index = flush + 1, index + 1
                else:
                    runs.turn(flush, index)
            elif isinstance(event, TERMINAL) and event.stream in self._live:
                ended = (*ended, event.stream)
        self.flushes += 1
        return ended

    def told(self, stamps: array[int], start: int, stream: str | None = None) -> Iterator[Told]:
        """Yield what a reader's `stamps` say of one stream, or of all."""
        for name in self._live if stream is None else (stream,):
            runs = self._live[name]
            flush, index, count = runs.since(start)
            if not flush:
                continue
            if stream is None:  # it may go on
                index, count = index[:], count[:]
            if runs.is_in_each:
                instants = stamps[flush[0] - start : flush[-1] - start + 1]
            else:
                instants = array("q", [stamps[each - start] for each in flush])
            yield name, index, instants, count

    def forget(self, stream: str) -> None:
        """Drop a stream that has ended and was told."""
        self._live.pop(stream, None)

    def restart(self) -> None:
        """Begin anew; every reader's `start` is 0 then."""
        self.flushes = 0
        self._live.clear()

    @property
    def is_idle(self) -> bool:
        """Whether no chunk is noted."""
        return not self._live
