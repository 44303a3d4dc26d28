"""What flushes tell of chunks: each has the instant of the flush that brought it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jupyter_agentchat.frames.memory import Instants, Integers
from jupyter_agentchat.frames.tellings import NOWHERE, Chunks, Telling
from jupyter_agentchat.store.late import COLUMNS, GatheredStamps
from jupyter_agentchat.store.rows import StampBlock

Flags = npt.NDArray[np.bool_]

_SPARSE = 16
"""A table with so many places for each value is not worth its memory."""


class Flushes:
    """Lays flushes beside the chunks of a table.

    A crowded room's flushes bring each chunk to many readers. So what a block comes to is worked
    out when it is asked for, and only that of the latest is kept.

    Parameters
    ----------
    chunks : Chunks
        The table: flushes tell only of chunks that it has.
    """

    def __init__(self, chunks: Chunks) -> None:
        self.chunks = chunks
        self._by_seq: dict[str, tuple[Integers, Instants]] = {}
        self._latest: tuple[StampBlock, _Laid] | None = None

    def tellings(self, block: StampBlock, codes: dict[str, int]) -> Iterator[Telling]:
        """Yield what a block of the store tells; `codes` as in `Telling`."""
        is_flushed = np.array([run.after is not None for run in block.runs], bool)
        if not is_flushed.any():
            yield Telling(block, self.chunks, codes)
            return
        flushed = block if is_flushed.all() else _chosen(block, is_flushed)
        yield _FlushTelling(flushed, self, codes)
        if not is_flushed.all():
            yield Telling(_chosen(block, ~is_flushed), self.chunks, codes)

    def lay(self, block: StampBlock) -> _Laid:
        """Return what a block comes to, all of whose runs are of flushes."""
        if self._latest is None or self._latest[0] is not block:
            self._latest = block, self._lay(block)
        return self._latest[1]

    def _lay(self, block: StampBlock) -> _Laid:
        chunks = self.chunks
        row, place = self._brought(block)
        run = np.repeat(np.arange(len(block.runs)), _counts(block))[row]
        stream = chunks.stream[place]
        only = _only(block, chunks)
        if (only != NOWHERE).any():
            here = (only[run] == NOWHERE) | (only[run] == stream)
            row, place, run, stream = row[here], place[here], run[here], stream[here]
        pairs, part = _numbered(run * chunks.n_streams + stream, len(block.runs) * chunks.n_streams)
        of, streams = np.divmod(pairs, max(chunks.n_streams, 1))
        return _Laid(of, streams, part, place, np.asarray(block.socket_ns)[row])

    def _brought(self, block: StampBlock) -> tuple[Instants, Instants]:
        """Return the chunks that flushes brought: the block's row and the table's row of each.

        A flush without an instant brought nothing.
        """
        if block.channel not in self._by_seq:
            self._by_seq[block.channel] = self.chunks.by_seq(block.channel)
        seqs, places = self._by_seq[block.channel]
        count = _counts(block)
        end = np.searchsorted(seqs, np.asarray(block.index), side="right")
        begin = np.zeros_like(end)
        begin[1:] = end[:-1]
        first, filled = np.cumsum(count) - count, count > 0
        after = np.array([run.after or 0 for run in block.runs], np.int64)[filled]
        begin[first[filled]] = np.searchsorted(seqs, after, side="right")
        n_chunks = np.where(np.asarray(block.socket_ns) == 0, 0, np.maximum(end - begin, 0))
        row = np.repeat(np.arange(len(end)), n_chunks)
        before = np.cumsum(n_chunks) - n_chunks
        return row, places[np.arange(len(row)) + (begin - before)[row]]


class _Laid(NamedTuple):
    """Flushes beside a table. Each of their runs has a part for each stream that it tells of."""

    of: Instants
    """The run of each part,"""
    stream: Instants
    """and its stream."""
    part: Instants
    """The part of each chunk,"""
    place: Instants
    """where it stands,"""
    socket_ns: Instants
    """and when it left."""


class _FlushTelling(Telling):
    """What flushes tell, as a `Telling` whose runs are the parts."""

    def __init__(self, block: StampBlock, flushes: Flushes, codes: dict[str, int]) -> None:
        laid = flushes.lay(block)
        super().__init__(block, flushes.chunks, codes, (laid.of, laid.stream))
        self._flushes = flushes

    def run(self) -> Instants:
        """Return which part each chunk is of."""
        return self._flushes.lay(self._block).part

    def places(self, chunks: Chunks) -> Instants:  # noqa: ARG002 - those of the flushes
        """Return where each chunk stands."""
        return self._flushes.lay(self._block).place

    def column(self, name: str) -> Instants:
        """Return the instants of the socket; flushes tell of no other."""
        socket_ns = self._flushes.lay(self._block).socket_ns
        return socket_ns if name == COLUMNS[0] else np.zeros_like(socket_ns)


def _numbered(keys: Instants, limit: int) -> tuple[Instants, Instants]:
    """Return the distinct keys, ascending, and the place of each key among them.

    Parameters
    ----------
    keys : array of int64
        All of them below `limit`.
    """
    if limit > _SPARSE * len(keys):
        return np.unique(keys, return_inverse=True)
    seen = np.zeros(limit, bool)
    seen[keys] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[keys]


def _counts(block: StampBlock) -> Instants:
    return np.array([run.count for run in block.runs], np.int64)


def _only(block: StampBlock, chunks: Chunks) -> Instants:
    """Return the number of the stream that each run is about; NOWHERE: it is about all."""
    unknown = chunks.n_streams
    numbers = [
        NOWHERE if run.stream is None else chunks.numbers.get(run.stream, unknown)
        for run in block.runs
    ]
    return np.array(numbers, np.int64)


def _chosen(block: StampBlock, chosen: Flags) -> StampBlock:
    """Return some of the runs as a block of their own."""
    rows = np.repeat(chosen, _counts(block))
    columns = {name: np.asarray(getattr(block, name))[rows].data for name in ("index", *COLUMNS)}
    runs = tuple(run for run, here in zip(block.runs, chosen, strict=True) if here)
    return GatheredStamps(channel=block.channel, runs=runs, **columns)
