"""Stamps of flushes as stamps of chunks: each has the instant of the flush that brought it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from jupyter_agentchat.frames.memory import Instants
from jupyter_agentchat.frames.tellings import NOWHERE, Chunks
from jupyter_agentchat.store.late import COLUMNS, GatheredStamps
from jupyter_agentchat.store.rows import Run, StampBlock

Flags = npt.NDArray[np.bool_]


def by_chunk(block: StampBlock, chunks: Chunks) -> Iterator[StampBlock]:
    """Return what a block tells, with a row for each chunk.

    Parameters
    ----------
    block : StampBlock
        As the store gives it.
    chunks : Chunks
        The table that it is laid beside: flushes tell only of chunks that it has.
    """
    is_flushed = np.array([run.after is not None for run in block.runs], bool)
    if not is_flushed.any():
        yield block
        return
    yield _spread(block, chunks, is_flushed)
    if not is_flushed.all():
        yield _chosen(block, ~is_flushed)


def _spread(block: StampBlock, chunks: Chunks, chosen: Flags) -> StampBlock:
    """Return the stamps of chunks that the flushes of the chosen runs brought."""
    row, seq = _brought(block, chosen)
    place = chunks.at(block.channel, seq)
    here = place != NOWHERE
    row, place = row[here], place[here]
    run, stream = np.repeat(np.arange(len(block.runs)), _counts(block))[row], chunks.stream[place]
    only = _only(block, chunks)[run]
    here = np.flatnonzero((only == NOWHERE) | (only == stream))
    key = run[here] * chunks.n_streams + stream[here]
    if (key[1:] < key[:-1]).any():
        order = np.argsort(key, kind="stable")
        key, here = key[order], here[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    runs = _runs(block, chunks, key[first], np.diff(first, append=len(key)))
    index = chunks.index[place[here]].astype(np.int64)
    return _block(block, runs, index, np.asarray(block.socket_ns)[row[here]])


def _brought(block: StampBlock, chosen: Flags) -> tuple[Instants, Instants]:
    """Return each event that the chosen runs' flushes brought: its row in the block, and its seq.

    A flush without an instant brought nothing.
    """
    count = _counts(block)
    last = np.asarray(block.index)
    after = np.zeros_like(last)
    after[1:] = last[:-1]
    begins = chosen & (count > 0)
    after[(np.cumsum(count) - count)[begins]] = [
        run.after for run, begin in zip(block.runs, begins, strict=True) if begin
    ]
    n_events = np.where(np.repeat(chosen, count), last - after, 0)
    n_events[np.asarray(block.socket_ns) == 0] = 0
    row = np.repeat(np.arange(len(last)), n_events)
    before = np.cumsum(n_events) - n_events
    return row, np.arange(len(row)) + (after + 1 - before)[row]


def _counts(block: StampBlock) -> Instants:
    return np.array([run.count for run in block.runs], np.int64)


def _only(block: StampBlock, chunks: Chunks) -> Instants:
    """Return the number of the stream that each run is about; NOWHERE: it is about all."""
    unknown = chunks.n_streams
    return np.array(
        [
            NOWHERE if run.stream is None else chunks.numbers.get(run.stream, unknown)
            for run in block.runs
        ],
        np.int64,
    )


def _runs(block: StampBlock, chunks: Chunks, key: Instants, count: Instants) -> tuple[Run, ...]:
    """Return a run for each of the keys, which name a run of the block and a stream."""
    run, stream = np.divmod(key, max(chunks.n_streams, 1))
    return tuple(
        replace(block.runs[old], stream=chunks.names[number], count=size, after=None)
        for old, number, size in zip(run.tolist(), stream.tolist(), count.tolist(), strict=True)
    )


def _chosen(block: StampBlock, chosen: Flags) -> StampBlock:
    """Return some of the runs as a block of their own."""
    rows = np.repeat(chosen, _counts(block))
    runs = tuple(run for run, here in zip(block.runs, chosen, strict=True) if here)
    columns = {name: np.asarray(getattr(block, name))[rows] for name in ("index", *COLUMNS)}
    return GatheredStamps(
        channel=block.channel,
        runs=runs,
        **{name: values.data for name, values in columns.items()},
    )


def _block(
    block: StampBlock, runs: tuple[Run, ...], index: Instants, socket_ns: Instants
) -> StampBlock:
    nothing = np.zeros_like(index).data
    return GatheredStamps(
        channel=block.channel,
        runs=runs,
        index=index.data,
        socket_ns=socket_ns.data,
        client_ns=nothing,
        dom_ns=nothing,
        paint_ns=nothing,
    )
