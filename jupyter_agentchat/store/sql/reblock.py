"""Merging the small rows of many commits into blocks that load like a column file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from jupyter_agentchat.store.segments import BLOCK_BYTES
from jupyter_agentchat.store.sql.instants import View
from jupyter_agentchat.store.sql.shelves import Block, Breathe, Shelf


class Run(NamedTuple):
    """Neighbouring small blocks, ``blocks[start:stop]``."""

    start: int
    stop: int
    worth: bool
    """Whether to merge them now."""


@dataclass
class _Loose:
    """The small blocks at a channel's end that may be merged one day."""

    first: int
    """The key where the first begins."""
    count: int = 0
    rows: int = 0


class Reblocker:
    """Knows which channels have small blocks on a shelf, and merges one run of them at a time.

    Parameters
    ----------
    connection : Connection
        To find the small blocks of earlier openings with.
    shelf : Shelf
        Where they stand.
    """

    def __init__(self, connection: Connection, shelf: Shelf) -> None:
        self._shelf = shelf
        self._small = shelf.full // 2
        self._loose: dict[str, _Loose] = {
            channel: _Loose(first, count, int(rows))
            for channel, first, count, rows in shelf.loose(connection)
        }
        # A busy writer asks after each commit, so it must not look through all channels.
        self._ripe = {
            channel for channel, loose in self._loose.items() if loose.rows >= self._small
        }

    def note(self, channel: str, first: int, rows: int) -> None:
        """Remember a block that was written."""
        if rows < self._small:
            loose = self._loose.get(channel)
            if loose is None:
                loose = self._loose[channel] = _Loose(first)
            loose.count += 1
            loose.rows += rows
            if loose.rows >= self._small:
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
        instants: View,
        breathe: Breathe,
        *,
        quiet: bool,
    ) -> int:
        """Merge one run of a candidate, in the transaction of `connection`.

        Returns
        -------
        int
            The key up to which the blocks were merged; 0 if none was.
        """
        loose = self._loose[channel]
        blocks = self._shelf.blocks(connection, channel, loose.first)
        run = plan(blocks, self._shelf.full, quiet=quiet)
        chosen = blocks[run.start : run.stop]
        merged = 0
        if run.worth:
            chosen = [self._shelf.merge(connection, channel, chosen, instants, breathe)]
            merged = chosen[0].last
        kept = [block for block in chosen if block.rows < self._small]
        done = [block for block in blocks[: run.stop] if block.rows < self._small]
        loose.count += len(kept) - len(done)
        loose.rows += _rows(kept) - _rows(done)
        loose.first = kept[0].first if kept else blocks[run.stop - 1].last + 1
        if loose.rows < self._small or loose.count <= 1:
            self._ripe.discard(channel)
        if loose.count <= 0:
            del self._loose[channel]
        return merged


def plan(blocks: Sequence[Block], full: int, *, quiet: bool) -> Run:
    """Choose the first run that is worth merging, or else the last run, which may grow.

    A run that cannot grow any more, or fills half a block, is worth it; in quiet times any is.
    """
    start = rows = size = 0
    for here, block in enumerate(blocks):
        rows += block.rows
        size += block.bytes
        small = block.rows < full // 2
        if small and rows <= full and size <= BLOCK_BYTES:
            continue
        if here - start > 1:
            return Run(start, here, worth=True)
        start = here if small else here + 1
        rows, size = (block.rows, block.bytes) if small else (0, 0)
    stop = len(blocks)
    return Run(start, stop, worth=stop - start > 1 and (quiet or rows >= full // 2))


def _rows(blocks: Iterable[Block]) -> int:
    return sum(block.rows for block in blocks)
