"""Which chunk left in which flush of a room, so that instants are kept once for each flush."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from operator import itemgetter

from jupyter_agentchat.protocol.events import TERMINAL, StreamDelta
from jupyter_agentchat.protocol.publication import Publication

Told = tuple[str, Sequence[int], Sequence[int]]
"""A stream, the indices of its chunks, and their instants."""


class _Chunks:
    """The chunks of one stream since the ledger's beginning, in columns."""

    __slots__ = ("flush", "index")

    def __init__(self) -> None:
        self.index = array("q")
        self.flush = array("q")


class Ledger:
    """Counts a room's flushes and notes the chunks of each.

    A reader that took part in all flushes since its flush number `start` has one instant for
    each of them: `told` lays these beside the chunks.

    Attributes
    ----------
    flushes : int
        Flushes since the beginning.
    """

    def __init__(self) -> None:
        self.flushes = 0
        self._live: dict[str, _Chunks] = {}

    def note(self, publications: Sequence[Publication]) -> tuple[str, ...]:
        """Take the events of the next flush; returns the streams that end with it."""
        ended: tuple[str, ...] = ()
        for publication in publications:
            event = publication.event
            if type(event) is StreamDelta:
                chunks = self._live.get(event.stream)
                if chunks is None:
                    chunks = self._live[event.stream] = _Chunks()
                index = event.index
                chunks.index.append(index if isinstance(index, int) else index[1])
                chunks.flush.append(self.flushes)
            elif isinstance(event, TERMINAL) and event.stream in self._live:
                ended = (*ended, event.stream)
        self.flushes += 1
        return ended

    def told(self, stamps: array[int], start: int, stream: str | None = None) -> Iterator[Told]:
        """Yield what a reader's `stamps` say of one stream, or of all."""
        for name in self._live if stream is None else (stream,):
            chunks = self._live[name]
            index, flush = chunks.index, chunks.flush
            if stream is None:  # it may go on
                index = index[:]
            if start:
                skipped = sum(1 for each in flush if each < start)
                index, flush = index[skipped:], flush[skipped:]
            if not flush:
                continue
            if len(flush) == 1:
                yield name, index, (stamps[flush[0] - start],)
            else:
                places = (each - start for each in flush) if start else flush
                yield name, index, itemgetter(*places)(stamps)

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
