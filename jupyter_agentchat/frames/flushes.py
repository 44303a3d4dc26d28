"""Stamps of flushes as stamps of chunks: each has the instant of the flush that brought it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from jupyter_agentchat.frames.memory import Instants, Integers
from jupyter_agentchat.frames.tellings import NOWHERE, Chunks
from jupyter_agentchat.store.late import COLUMNS, GatheredStamps
from jupyter_agentchat.store.rows import Run, StampBlock

Flags = npt.NDArray[np.bool_]


KEPT_ROWS = 250_000
"""What was worked out is kept for about so many chunks and readers."""


class Flushes:
    """Lays flushes beside the chunks of a table.

    A crowded room's flushes bring each chunk to many readers. So what does not fit into
    `KEPT_ROWS` is worked out again each time it is asked for.

    Parameters
    ----------
    chunks : Chunks
        The table: flushes tell only of chunks that it has.
    """

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._by_seq: dict[str, tuple[Integers, Instants]] = {}
        self._kept = 0

    def by_chunk(self, block: StampBlock) -> Iterator[StampBlock]:
        """Return what a block of the store tells, with a row for each chunk."""
        is_flushed = np.array([run.after is not None for run in block.runs], bool)
        if not is_flushed.any():
            yield block
            return
        flushed = block if is_flushed.all() else _chosen(block, is_flushed)
        key, *columns = self.lay(flushed)
        self._kept += len(key)
        again = None if self._kept <= KEPT_ROWS else partial(self.lay, flushed)
        yield _ByChunk(block.channel, _runs(flushed, self._chunks, key), columns, again)
        if not is_flushed.all():
            yield _chosen(block, ~is_flushed)

    def lay(self, block: StampBlock) -> tuple[Instants, Integers, Instants]:
        """Return of each chunk that flushes brought: run and stream, index, and when it left.

        Those of one run and stream stand together, and these two are one number; see `_runs`.
        """
        chunks = self._chunks
        row, place = self._brought(block)
        run = np.repeat(np.arange(len(block.runs)), _counts(block))[row]
        stream = chunks.stream[place]
        only = _only(block.runs, chunks)[run]
        here = np.flatnonzero((only == NOWHERE) | (only == stream))
        key = run[here] * chunks.n_streams + stream[here]
        if (key[1:] < key[:-1]).any():
            order = np.argsort(key, kind="stable")
            key, here = key[order], here[order]
        return key, chunks.index[place[here]], np.asarray(block.socket_ns)[row[here]]

    def _brought(self, block: StampBlock) -> tuple[Instants, Instants]:
        """Return the chunks that flushes brought: the block's row and the table's row of each.

        A flush without an instant brought nothing.
        """
        if block.channel not in self._by_seq:
            self._by_seq[block.channel] = self._chunks.by_seq(block.channel)
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


class _ByChunk:
    """A `StampBlock` of flushes with a row for each chunk; those of one run stand together.

    Parameters
    ----------
    columns : sequence of array
        ``index`` and ``socket_ns``.
    again : callable or None
        Works the columns out, which are not kept; None: they are.
    """

    index: memoryview
    socket_ns: memoryview
    client_ns: memoryview
    dom_ns: memoryview
    paint_ns: memoryview

    def __init__(
        self,
        channel: str,
        runs: tuple[Run, ...],
        columns: Sequence[Integers],
        again: Callable[[], tuple[Instants, Integers, Instants]] | None,
    ) -> None:
        self.channel, self.runs = channel, runs
        self._count = len(columns[0])
        self._columns = columns if again is None else ()
        self._again = again

    def __len__(self) -> int:
        return self._count

    def __getattr__(self, name: str) -> memoryview:
        """Return a column; those of clients hold nothing."""
        if name not in {"index", *COLUMNS}:
            raise AttributeError(name)
        index, socket_ns = self._columns if self._again is None else self._again()[1:]
        found = {"index": index, "socket_ns": socket_ns}.get(name)
        return (np.zeros(len(index), np.int64) if found is None else found).data


def _runs(block: StampBlock, chunks: Chunks, key: Instants) -> tuple[Run, ...]:
    """Return a run for each run of the block and each stream that it tells of."""
    first = np.flatnonzero(np.diff(key, prepend=-1))
    run, stream = np.divmod(key[first], max(chunks.n_streams, 1))
    count = np.diff(first, append=len(key))
    return tuple(
        replace(block.runs[old], stream=chunks.names[number], count=size, after=None)
        for old, number, size in zip(run.tolist(), stream.tolist(), count.tolist(), strict=True)
    )


def _counts(block: StampBlock) -> Instants:
    return np.array([run.count for run in block.runs], np.int64)


def _only(runs: Sequence[Run], chunks: Chunks) -> Instants:
    """Return the number of the stream that each run is about; NOWHERE: it is about all."""
    unknown = chunks.n_streams
    numbers = [
        NOWHERE if run.stream is None else chunks.numbers.get(run.stream, unknown) for run in runs
    ]
    return np.array(numbers, np.int64)


def _chosen(block: StampBlock, chosen: Flags) -> StampBlock:
    """Return some of the runs as a block of their own."""
    rows = np.repeat(chosen, _counts(block))
    columns = {name: np.asarray(getattr(block, name))[rows].data for name in ("index", *COLUMNS)}
    runs = tuple(run for run, here in zip(block.runs, chosen, strict=True) if here)
    return GatheredStamps(channel=block.channel, runs=runs, **columns)
