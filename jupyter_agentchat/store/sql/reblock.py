"""Merging the small segments of many commits into blocks that load like a column file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from jupyter_agentchat.store.rows import Segment
from jupyter_agentchat.store.segments import BLOCK_BYTES, BLOCK_ROWS, merge
from jupyter_agentchat.store.sql.batch import segment_values
from jupyter_agentchat.store.sql.instants import View
from jupyter_agentchat.store.sql.log import load_row
from jupyter_agentchat.store.sql.schema import SMALL_ROWS, segments


class Block(NamedTuple):
    """What a plan has to know of a segment."""

    first: int
    last: int
    chunks: int
    bytes: int

    @property
    def small(self) -> bool:
        """Whether it is worth merging with its neighbours."""
        return self.chunks < SMALL_ROWS


class Run(NamedTuple):
    """Neighbouring small segments, ``blocks[start:stop]``."""

    start: int
    stop: int
    worth: bool
    """Whether to merge them now."""


@dataclass
class _Loose:
    """The small segments at a channel's end that may be merged one day."""

    first: int
    """The seq where the first begins."""
    count: int = 0
    chunks: int = 0


class Reblocker:
    """Knows which channels have small segments, and merges one run of them at a time.

    Parameters
    ----------
    connection : Connection
        To find the small segments of earlier openings with.
    """

    def __init__(self, connection: Connection) -> None:
        start, count = func.min(segments.c.first_seq), func.count()
        query = (
            select(segments.c.channel, start, count, func.sum(segments.c.count))
            .where(segments.c.count < SMALL_ROWS)
            .group_by(segments.c.channel)
        )
        self._loose: dict[str, _Loose] = {
            channel: _Loose(first, number, int(chunks))
            for channel, first, number, chunks in connection.execute(query)
        }
        # A busy writer asks after each commit, so it must not look through all channels.
        self._ripe = {
            channel for channel, loose in self._loose.items() if loose.chunks >= SMALL_ROWS
        }

    def note(self, channel: str, first: int, chunks: int) -> None:
        """Remember a segment that was written."""
        if chunks < SMALL_ROWS:
            loose = self._loose.get(channel)
            if loose is None:
                loose = self._loose[channel] = _Loose(first)
            loose.count += 1
            loose.chunks += chunks
            if loose.chunks >= SMALL_ROWS:
                self._ripe.add(channel)

    def candidate(self, *, quiet: bool) -> str | None:
        """Return a channel worth looking at; in quiet times less is worth it."""
        for channel in self._loose if quiet else self._ripe:
            if self._loose[channel].count > 1:
                return channel
        return None

    def step(
        self,
        connection: Connection,
        channel: str,
        late: View,
        breathe: Callable[[], None],
        *,
        quiet: bool,
    ) -> int:
        """Merge one run of a candidate, in the transaction of `connection`.

        Returns
        -------
        int
            The seq up to which the blocks themselves now say when they became durable.
        """
        loose = self._loose[channel]
        blocks = _blocks(connection, channel, loose.first)
        run = plan(blocks, quiet=quiet)
        chosen = blocks[run.start : run.stop]
        merged = 0
        if run.worth:
            chosen = [_merge(connection, channel, chosen, late, breathe)]
            merged = chosen[0].last
        kept = [block for block in chosen if block.small]
        done = [block for block in blocks[: run.stop] if block.small]
        loose.count += len(kept) - len(done)
        loose.chunks += _chunks(kept) - _chunks(done)
        loose.first = kept[0].first if kept else blocks[run.stop - 1].last + 1
        if loose.chunks < SMALL_ROWS:
            self._ripe.discard(channel)
        if loose.count <= 0:
            del self._loose[channel]
        return merged


def plan(blocks: Sequence[Block], *, quiet: bool) -> Run:
    """Choose the first run that is worth merging, or else the last run, which may grow.

    A run that cannot grow any more, or fills half a block, is worth it; in quiet times any is.
    """
    start = chunks = size = 0
    for here, block in enumerate(blocks):
        chunks += block.chunks
        size += block.bytes
        if block.small and chunks <= BLOCK_ROWS and size <= BLOCK_BYTES:
            continue
        if here - start > 1:
            return Run(start, here, worth=True)
        start = here if block.small else here + 1
        chunks, size = (block.chunks, block.bytes) if block.small else (0, 0)
    stop = len(blocks)
    return Run(start, stop, worth=stop - start > 1 and (quiet or chunks >= SMALL_ROWS))


def _chunks(blocks: Iterable[Block]) -> int:
    return sum(block.chunks for block in blocks)


def _blocks(connection: Connection, channel: str, first: int) -> list[Block]:
    """Return segments from `first` on; as many as fill a block even with a chunk in each."""
    query = (
        select(
            segments.c.first_seq,
            segments.c.last_seq,
            segments.c.count,
            func.length(segments.c.data, type_=segments.c.count.type),
        )
        .where(segments.c.channel == channel, segments.c.first_seq >= first)
        .order_by(segments.c.first_seq)
        .limit(BLOCK_ROWS + 1)
    )
    return [Block(*row) for row in connection.execute(query)]


def _merge(
    connection: Connection,
    channel: str,
    blocks: Sequence[Block],
    late: View,
    breathe: Callable[[], None],
) -> Block:
    here = (
        segments.c.channel == channel,
        segments.c.first_seq.between(blocks[0].first, blocks[-1].first),
    )
    query = (
        select(segments.c.first_seq, segments.c.store_ns, segments.c.data)
        .where(*here)
        .order_by(segments.c.first_seq)
    )
    parts: list[Segment] = []
    for first, store_ns, data in connection.execute(query):
        parts.append(load_row(channel, first, store_ns, data, late))
        breathe()
    values = segment_values(channel, merge(parts), None)
    breathe()
    connection.execute(delete(segments).where(*here))
    connection.execute(insert(segments), [values])
    return Block(values["first_seq"], values["last_seq"], values["count"], len(values["data"]))
