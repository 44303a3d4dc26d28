"""What is re-blocked: segments of chunks, and blocks of late hops."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Integer, Table, delete, func, insert, select

from jupyter_agentchat.store import late, segments
from jupyter_agentchat.store.segments import BLOCK_ROWS
from jupyter_agentchat.store.sql import schema
from jupyter_agentchat.store.sql.batch import segment_values
from jupyter_agentchat.store.sql.instants import View
from jupyter_agentchat.store.sql.log import load_row
from jupyter_agentchat.store.sql.side import stamp_values

Breathe = Callable[[], None]


class Block(NamedTuple):
    """What a plan has to know of a row."""

    first: int
    last: int
    rows: int
    bytes: int


class Loose(NamedTuple):
    """A channel's rows that are small."""

    channel: str
    first: int
    """Where the first begins."""
    blocks: int
    rows: int


class Shelf(Protocol):
    """A table whose neighbouring small rows become blocks; a key orders those of a channel."""

    full: int
    """Rows in a full block; one that is less than half full is small."""

    def loose(self, connection: Connection) -> Iterable[Loose]:
        """Return the channels that have small rows."""
        ...

    def blocks(self, connection: Connection, channel: str, first: int) -> list[Block]:
        """Return blocks from the key `first` on; as many as fill one even with a row in each."""
        ...

    def merge(
        self,
        connection: Connection,
        channel: str,
        chosen: Sequence[Block],
        instants: View,
        breathe: Breathe,
    ) -> Block:
        """Put one block in the place of neighbours."""
        ...


class _Rows:
    """What both shelves ask of their tables: which rows are small, and how large each is.

    Parameters
    ----------
    table : Table
        With columns ``channel``, ``count`` and ``data``.
    first, last : str
        The columns that hold the key of a row's first and last entry.
    """

    full: int

    def __init__(self, table: Table, first: str, last: str) -> None:
        self._table = table
        self._first = table.c[first]
        self._last = table.c[last]

    def loose(self, connection: Connection) -> Iterable[Loose]:
        """Return the channels that have small rows."""
        columns = self._table.c
        query = (
            select(columns.channel, func.min(self._first), func.count(), func.sum(columns.count))
            .where(columns.count < self.full // 2)
            .group_by(columns.channel)
        )
        return [Loose(*row) for row in connection.execute(query)]

    def blocks(self, connection: Connection, channel: str, first: int) -> list[Block]:
        """Return blocks from the key `first` on."""
        columns = self._table.c
        size = func.length(columns.data, type_=Integer)
        query = (
            select(self._first, self._last, columns.count, size)
            .where(columns.channel == channel, self._first >= first)
            .order_by(self._first)
            .limit(self.full + 1)
        )
        return [Block(*row) for row in connection.execute(query)]


class Segments(_Rows):
    """Chunks, by seq."""

    full = BLOCK_ROWS

    def __init__(self) -> None:
        super().__init__(schema.segments, "first_seq", "last_seq")

    def merge(
        self,
        connection: Connection,
        channel: str,
        chosen: Sequence[Block],
        instants: View,
        breathe: Breathe,
    ) -> Block:
        """Put one segment in the place of neighbours; it says when each chunk became durable."""
        columns = self._table.c
        here = (
            columns.channel == channel,
            columns.first_seq.between(chosen[0].first, chosen[-1].first),
        )
        query = (
            select(columns.first_seq, columns.store_ns, columns.data)
            .where(*here)
            .order_by(columns.first_seq)
        )
        parts = []
        for first, store_ns, data in connection.execute(query):
            parts.append(load_row(channel, first, store_ns, data, instants))
            breathe()
        values = segment_values(channel, segments.merge(parts), None)
        breathe()
        connection.execute(delete(self._table).where(*here))
        connection.execute(insert(self._table), [values])
        return Block(values["first_seq"], values["last_seq"], values["count"], len(values["data"]))


class LateHops(_Rows):
    """Late hops, in the order they were written."""

    full = late.BLOCK_ROWS

    def __init__(self) -> None:
        super().__init__(schema.stamps, "number", "number")

    def merge(
        self,
        connection: Connection,
        channel: str,
        chosen: Sequence[Block],
        instants: View,
        breathe: Breathe,
    ) -> Block:
        """Put one block, which has the first one's number, in the place of neighbours."""
        del instants
        columns = self._table.c
        here = (
            columns.channel == channel,
            columns.number.between(chosen[0].first, chosen[-1].first),
        )
        query = select(columns.newest_t, columns.data).where(*here).order_by(columns.number)
        newest, parts = 0, []
        for newest_t, data in connection.execute(query):
            newest = max(newest, newest_t)
            parts.append(late.load(channel, data))
            breathe()
        values = stamp_values(chosen[0].first, late.merge(parts), newest)
        breathe()
        connection.execute(delete(self._table).where(*here))
        connection.execute(insert(self._table), [values])
        return Block(values["number"], values["number"], values["count"], len(values["data"]))
