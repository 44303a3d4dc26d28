"""The log table by table, as the frames read it; each iterator sees one moment of the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import merge
from typing import Any

from msgspec import Struct, json
from sqlalchemy import Column, ColumnElement, Connection, Table, func, select

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.amend import amend
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import MessageDeleted, first_seq
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.store import late
from jupyter_agentchat.store.base import EventRow
from jupyter_agentchat.store.packed import load
from jupyter_agentchat.store.rows import ConnectionRow, Segment, StampBlock, StreamRow
from jupyter_agentchat.store.segments import deltas
from jupyter_agentchat.store.sql import schema
from jupyter_agentchat.store.sql.instants import View
from jupyter_agentchat.store.sql.live import decode_stream
from jupyter_agentchat.store.sql.log import last_seqs, load_row
from jupyter_agentchat.store.sql.projection import decode_message

_CONNECTION = json.Decoder(ConnectionRow)


class _Said(Struct, frozen=True):
    """What an event's JSON says of itself."""

    type: str
    t: int


_SAID = json.Decoder(_Said)

Times = tuple[int | None, int | None]
"""From (included) and until (excluded), in wall microseconds; None is open."""


def messages(connection: Connection, channel: str | None, times: Times) -> Iterator[Message]:
    """Return messages by channel and seq; those cleared away show as deleted."""
    table, channels = schema.messages, schema.channels
    query = (
        select(table.c.data, channels.c.cleared_seq)
        .join(channels, channels.c.id == table.c.channel)
        .where(*_of(table, channel), *_within(table.c.t, times))
        .order_by(table.c.channel, table.c.seq)
    )
    for data, cleared in connection.execute(query):
        message = decode_message(data)
        if message.seq < cleared:
            gone = MessageDeleted(seq=cleared, t=message.created_at, message=message.id)
            message = amend(message, gone)
        yield message


def events(
    connection: Connection, channel: str | None, times: Times
) -> Iterator[tuple[str, EventRow]]:
    """Return (channel, event) by channel and seq, deltas included."""
    _check_whole(connection, channel)
    for each in _channels(connection, channel):
        for row in merge(
            _facts(connection, each, times), _chunks(connection, each, times), key=_seq
        ):
            yield each, row


def segments(
    connection: Connection, channel: str | None, times: Times, late: View
) -> Iterator[tuple[str, Segment]]:
    """Return (channel, block) by channel and seq."""
    _check_whole(connection, channel)
    for each, first, store_ns, data in _blocks(connection, channel, times):
        yield each, load_row(each, first, store_ns, data, late)


def n_chunks(connection: Connection, channel: str | None, times: Times) -> int:
    """Return how many chunks the blocks of `segments` hold."""
    table = schema.segments
    query = select(func.coalesce(func.sum(table.c.count), 0)).where(
        *_of(table, channel), *_reaching(times)
    )
    return int(connection.execute(query).scalar_one())


def streams(connection: Connection, channel: str | None, times: Times) -> Iterator[StreamRow]:
    """Return streams by their start."""
    table = schema.streams
    query = (
        select(table.c.data)
        .where(*_of(table, channel), *_within(table.c.started_us, times))
        .order_by(table.c.started_us, table.c.stream)
    )
    return map(decode_stream, connection.execute(query).scalars())


def connections(connection: Connection, times: Times) -> Iterator[ConnectionRow]:
    """Return connections by their opening."""
    table = schema.connections
    query = (
        select(table.c.data)
        .where(*_within(table.c.opened_us, times))
        .order_by(table.c.opened_us, table.c.connection)
    )
    return map(_CONNECTION.decode, connection.execute(query).scalars())


def stamps(connection: Connection, channel: str | None, since: int | None) -> Iterator[StampBlock]:
    """Return late hops in the order they were written."""
    table = schema.stamps
    query = (
        select(table.c.channel, table.c.data)
        .where(*_of(table, channel), *_within(table.c.newest_t, (since, None)))
        .order_by(table.c.number)
    )
    for each, data in connection.execute(query):
        yield late.load(each, data)


def _facts(connection: Connection, channel: str, times: Times) -> Iterator[EventRow]:
    table = schema.events
    query = (
        select(table.c.seq, table.c.data)
        .where(table.c.channel == channel, *_within(table.c.t, times))
        .order_by(table.c.seq)
    )
    for seq, data in connection.execute(query):
        said = _SAID.decode(data)
        yield EventRow(seq=seq, type=said.type, t=said.t, data=bytes(data))


def _chunks(connection: Connection, channel: str, times: Times) -> Iterator[EventRow]:
    since, until = times
    for *_, block in _blocks(connection, channel, times):
        for event in deltas(load(block)):
            if (since is None or event.t >= since) and (until is None or event.t < until):
                data = encode_event(event)
                yield EventRow(seq=first_seq(event), type="stream.delta", t=event.t, data=data)


def _blocks(
    connection: Connection, channel: str | None, times: Times
) -> Iterator[tuple[str, int, int | None, memoryview]]:
    table = schema.segments
    query = (
        select(table.c.channel, table.c.first_seq, table.c.store_ns, table.c.data)
        .where(*_of(table, channel), *_reaching(times))
        .order_by(table.c.channel, table.c.first_seq)
    )
    yield from map(tuple, connection.execute(query))


def _reaching(times: Times) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on blocks that hold chunks within `times`."""
    since, until = times
    columns = schema.segments.c
    return (*_within(columns.last_t, (since, None)), *_within(columns.first_t, (None, until)))


def _channels(connection: Connection, channel: str | None) -> Sequence[str]:
    if channel is not None:
        return [channel]
    table = schema.channels
    query = select(table.c.id).where(~table.c.deleted).order_by(table.c.id)
    return connection.execute(query).scalars().all()


def _of(table: Table, channel: str | None) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a row is of `channel`, or of any that is not hidden."""
    if channel is not None:
        return (table.c.channel == channel,)
    hidden = select(schema.channels.c.id).where(schema.channels.c.deleted)
    return (table.c.channel.not_in(hidden),)


def _within(column: Column[Any], times: Times) -> tuple[ColumnElement[bool], ...]:
    since, until = times
    conditions = []
    if since is not None:
        conditions.append(column >= since)
    if until is not None:
        conditions.append(column < until)
    return tuple(conditions)


def _check_whole(connection: Connection, channel: str | None) -> None:
    """Raise if the channel, or any, has more or fewer events than its last seq says."""
    held: Counter[str] = Counter()
    for table, number in (
        (schema.segments, func.sum(schema.segments.c.count)),
        (schema.events, func.count()),
    ):
        # One query for all channels: SQLite ends a search by key with a row that it reads whole.
        query = select(table.c.channel, number).where(*_of(table, channel))
        held.update(dict(map(tuple, connection.execute(query.group_by(table.c.channel)))))
    last = last_seqs(connection, channel)
    for each in _channels(connection, channel):
        missing = last.get(each, 0) - held[each]
        if missing:
            message = f"Channel {each!r} lacks {missing} events: the database is damaged."
            raise StoreError(message)


def _seq(row: EventRow) -> int:
    return row.seq
