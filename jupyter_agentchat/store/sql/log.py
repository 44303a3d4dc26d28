"""Reading the log in order: events and segments merged by seq, without a gap."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import islice

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.codec import decode_event
from jupyter_agentchat.protocol.events import AnyEvent, first_seq
from jupyter_agentchat.store.packed import Packed, load
from jupyter_agentchat.store.segments import deltas
from jupyter_agentchat.store.sql.instants import View, find
from jupyter_agentchat.store.sql.schema import channels, events, segments

_IN: BindParameter[str] = bindparam("in_channel")
_AFTER: BindParameter[int] = bindparam("after")
_LAST_DELTA = (
    select(segments.c.last_seq)
    .where(segments.c.channel == channels.c.id)
    .order_by(segments.c.first_seq.desc())
    .limit(1)
    .scalar_subquery()
)
_EVENTS = (
    select(events.c.data)
    .where(events.c.channel == _IN, events.c.seq > _AFTER)
    .order_by(events.c.seq)
)
_START = (
    select(func.max(segments.c.first_seq))
    .where(segments.c.channel == _IN, segments.c.first_seq <= _AFTER)
    .scalar_subquery()
)
# Segments of a channel do not overlap: only the last one that begins at or before `after` can
# reach beyond it.
_SEGMENTS = (
    select(segments.c.data)
    .where(segments.c.channel == _IN, segments.c.first_seq >= func.coalesce(_START, 0))
    .order_by(segments.c.first_seq)
)


def last_seqs(connection: Connection, channel: str | None = None) -> dict[str, int]:
    """Return the last durable seq of every channel, or of one if it exists."""
    query = select(channels.c.id, channels.c.last_seq, func.coalesce(_LAST_DELTA, 0))
    if channel is not None:
        query = query.where(channels.c.id == channel)
    return {id_: max(last, delta) for id_, last, delta in connection.execute(query)}


def last_seq(connection: Connection, channel: str) -> int:
    """Return a channel's last durable seq, 0 if the channel does not exist."""
    return last_seqs(connection, channel).get(channel, 0)


def read(connection: Connection, channel: str, after: int, limit: int) -> list[AnyEvent]:
    """Return up to `limit` events with seq > `after`, ascending.

    Raises
    ------
    StoreError
        If one is missing.
    """
    end = min(after + limit, last_seq(connection, channel))
    found = list(islice(follow(connection, channel, after), max(end - after, 0)))
    for expected, event in enumerate(found, after + 1):
        if event.seq != expected:
            raise _gap(channel, expected)
    if after + len(found) < end:
        raise _gap(channel, after + len(found) + 1)
    return found


def follow(connection: Connection, channel: str, after: int) -> Iterator[AnyEvent]:
    """Return the events with seq > `after`, ascending; rows are fetched as they are asked for."""
    keys = {"in_channel": channel, "after": after}
    rows = connection.execute(_EVENTS, keys).scalars()
    blocks = connection.execute(_SEGMENTS, keys).scalars()
    try:
        facts = (decode_event(data) for data in rows)
        chunks = (chunk for data in blocks for chunk in deltas(load(data), after))
        yield from merge(facts, chunks, key=first_seq)
    finally:
        rows.close()
        blocks.close()


def load_row(
    channel: str, first: int, store_ns: int | None, data: memoryview, late: View
) -> Packed:
    """Read a segment; `late` are the instants that the database does not know yet."""
    if store_ns == 0:
        store_ns = find(late, channel, first)
    return load(data, store_ns)


def _gap(channel: str, seq: int) -> StoreError:
    message = f"Event {seq} of channel {channel!r} is missing: the database is damaged."
    return StoreError(message)
