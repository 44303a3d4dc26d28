"""Which chunk left in which flush of a room, so that instants are kept once for each flush."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from jupyter_agentchat.protocol.events import TERMINAL, StreamDelta
from jupyter_agentchat.protocol.publication import Publication

Told = tuple[str, Sequence[int], Sequence[int], Sequence[int]]
"""A stream; runs of its chunks: the index each begins with, its instant, and how many it has."""


class _Runs:
    """The chunks of one stream since the ledger's beginning: a run for each flush that had any.

    Attributes
    ----------
    flush, index, count : array of int64
        Of each run: the flush, the index of its first chunk, how many chunks it has.
    """

    __slots__ = ("count", "flush", "index")

    def __init__(self) -> None:
        self.flush = array("q")
        self.index = array("q")
        self.count = array("q")

    def add(self, flush: int, index: int) -> None:
        if self.flush and self.flush[-1] == flush and self.index[-1] + self.count[-1] == index:
            self.count[-1] += 1
        else:
            self.flush.append(flush)
            self.index.append(index)
            self.count.append(1)

    def since(self, start: int) -> _Runs:
        """Return a copy of what came with the flush number `start` and later."""
        first, rest = bisect_left(self.flush, start), _Runs()
        rest.flush = self.flush[first:]
        rest.index, rest.count = self.index[first:], self.count[first:]
        return rest


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
        for publication in publications:
            event = publication.event
            if type(event) is StreamDelta:
                runs = self._live.get(event.stream)
                if runs is None:
                    runs = self._live[event.stream] = _Runs()
                index = event.index
                runs.add(self.flushes, index if isinstance(index, int) else index[1])
            elif isinstance(event, TERMINAL) and event.stream in self._live:
                ended = (*ended, event.stream)
        self.flushes += 1
        return ended

    def told(self, stamps: array[int], start: int, stream: str | None = None) -> Iterator[Told]:
        """Yield what a reader's `stamps` say of one stream, or of all."""
        for name in self._live if stream is None else (stream,):
            runs = self._live[name]
            if start or stream is None:  # a stream that is not named may go on
                runs = runs.since(start)
            if runs.flush:
                instants = array("q", [stamps[flush - start] for flush in runs.flush])
                yield name, runs.index, instants, runs.count

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
