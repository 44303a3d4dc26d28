"""What is kept beside the log: sends, reads, streams, connections and late hops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select

from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.events import Read
from jupyter_agentchat.store import late
from jupyter_agentchat.store.rows import ConnectionRow, Sent, StampBlock, Stamps, StreamRow
from jupyter_agentchat.store.sql.schema import connections, reads, sends, stamps, streams

Values = dict[str, Any]
"""One row, or one key, for SQLAlchemy."""

_SEND = select(sends.c.data).where(
    sends.c.channel == bindparam("in_channel"),
    sends.c.sender == bindparam("of_sender"),
    sends.c.client_message_id == bindparam("with_id"),
)
_READ = select(reads.c.upto).where(
    reads.c.channel == bindparam("in_channel"), reads.c.user == bindparam("by_user")
)
_FORGET_READ = delete(reads).where(
    reads.c.channel == bindparam("in_channel"), reads.c.user == bindparam("by_user")
)
_FORGET_STREAM = delete(streams).where(streams.c.stream == bindparam("key"))
_LAST_STAMPS = select(func.coalesce(func.max(stamps.c.number), 0))
_FORGET_CONNECTION = delete(connections).where(connections.c.connection == bindparam("key"))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert `rows`, if there are any."""
    if rows:
        connection.execute(insert(table), rows)


class SideRows:
    """The rows beside the log that one transaction writes."""

    def __init__(self) -> None:
        self._sends: dict[tuple[str, str, str], Sent] = {}
        self._reads: dict[tuple[str, str], int] = {}
        self._streams: dict[str, StreamRow] = {}
        self._connections: dict[str, ConnectionRow] = {}
        self._stamps: dict[str, list[Stamps]] = {}

    def add(self, row: StreamRow | ConnectionRow | Stamps) -> None:
        """Take a row; a later one of the same stream or connection replaces it."""
        if isinstance(row, StreamRow):
            self._streams[row.stream] = row
        elif isinstance(row, ConnectionRow):
            self._connections[row.connection] = row
        else:
            self._stamps.setdefault(row.channel, []).append(row)

    def send(self, channel: str, sent: Sent) -> None:
        """Take a send; the first under its id stays."""
        self._sends.setdefault((channel, sent.sender, sent.client_message_id), sent)

    def read(self, channel: str, event: Read) -> None:
        """Take how far a user has read; the furthest stays."""
        key = channel, event.user
        self._reads[key] = max(event.upto, self._reads.get(key, 0))

    def write(self, connection: Connection, newest_t: int) -> list[Values]:
        """Write everything, in the transaction of `connection`; return the rows of late hops.

        `newest_t` is the latest `t` of the chunks that they can tell of.
        """
        self._write_sends(connection)
        self._write_reads(connection)
        keyed = [{"key": stream} for stream in self._streams]
        if keyed:
            connection.execute(_FORGET_STREAM, keyed)
            connection.execute(insert(streams), [_stream(row) for row in self._streams.values()])
        keyed = [{"key": key} for key in self._connections]
        if keyed:
            rows = [_connection(row) for row in self._connections.values()]
            connection.execute(_FORGET_CONNECTION, keyed)
            connection.execute(insert(connections), rows)
        return self._write_stamps(connection, newest_t)

    def _write_stamps(self, connection: Connection, newest_t: int) -> list[Values]:
        blocks = [late.gather(part) for rows in self._stamps.values() for part in late.parts(rows)]
        first = connection.execute(_LAST_STAMPS).scalar_one() + 1 if blocks else 0
        rows = [stamp_values(number, block, newest_t) for number, block in enumerate(blocks, first)]
        insert_rows(connection, stamps, rows)
        return rows

    def _write_sends(self, connection: Connection) -> None:
        for (channel, sender, id_), sent in self._sends.items():
            keys = {"in_channel": channel, "of_sender": sender, "with_id": id_}
            if connection.execute(_SEND, keys).first() is None:
                row = {"channel": channel, "sender": sender, "client_message_id": id_}
                insert_rows(connection, sends, [{**row, "data": ENCODER.encode(sent)}])

    def _write_reads(self, connection: Connection) -> None:
        for (channel, user), upto in self._reads.items():
            keys = {"in_channel": channel, "by_user": user}
            before = connection.execute(_READ, keys).scalar_one_or_none() or 0
            connection.execute(_FORGET_READ, keys)
            row = {"channel": channel, "user": user, "upto": max(upto, before)}
            insert_rows(connection, reads, [row])


def stamp_values(number: int, block: StampBlock, newest_t: int) -> Values:
    """Return the row of a block of late hops."""
    return {
        "number": number,
        "channel": block.channel,
        "count": len(block),
        "newest_t": newest_t,
        "data": late.dump(block),
    }


def _stream(row: StreamRow) -> Values:
    return {
        "stream": row.stream,
        "channel": row.channel,
        "started_us": row.started_us,
        "data": ENCODER.encode(row),
    }


def _connection(row: ConnectionRow) -> Values:
    key: Struct = row
    return {
        "connection": row.connection,
        "opened_us": row.opened_us,
        "data": ENCODER.encode(key),
    }
