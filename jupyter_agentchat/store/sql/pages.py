"""Messages by pages, and what a channel looks like at its end."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import json
from sqlalchemy import ColumnElement, Connection, select

from jupyter_agentchat.protocol.fold import PAGE_BYTES, newest_page
from jupyter_agentchat.protocol.model import Channel, Message, Snapshot
from jupyter_agentchat.store.base import Head, Page
from jupyter_agentchat.store.sql.live import live, said
from jupyter_agentchat.store.sql.log import last_seq
from jupyter_agentchat.store.sql.projection import decode_message
from jupyter_agentchat.store.sql.schema import channels, is_live, messages, reads

_CHANNEL = json.Decoder(Channel)


def decode_channel(data: memoryview) -> Channel:
    """Read a row's channel."""
    return _CHANNEL.decode(data)


def message(connection: Connection, channel: str, id: str) -> Message | None:
    """Return one message, None if it does not exist or was cleared away."""
    query = select(messages.c.data).where(messages.c.id == id, *_shown(connection, channel))
    data = connection.execute(query).scalar_one_or_none()
    return None if data is None else decode_message(data)


def page(
    connection: Connection, channel: str, *, before: int | None, after: int | None, limit: int
) -> Page:
    """Return the newest messages before a seq, or the oldest after one."""
    shown = _shown(connection, channel)
    seq = messages.c.seq
    if after is None:
        query = select(messages.c.data).where(*shown).order_by(seq.desc()).limit(limit)
        if before is not None:
            query = query.where(seq < before)
    else:
        query = select(messages.c.data).where(*shown, seq > after).order_by(seq).limit(limit)
    found = sorted(map(decode_message, connection.execute(query).scalars()), key=_seq)
    if not found:
        return Page(messages=(), before=None, after=None)
    first, last = found[0].seq, found[-1].seq
    return Page(
        messages=tuple(found),
        before=first if _any(connection, *shown, seq < first) else None,
        after=last if _any(connection, *shown, seq > last) else None,
    )


def head(connection: Connection, channel: str) -> Head | None:
    """Return a channel's end, None if it has never existed."""
    query = select(channels.c.data).where(channels.c.id == channel)
    data = connection.execute(query).scalar_one_or_none()
    if data is None:
        return None
    shown = _shown(connection, channel)
    found, oldest = _newest(connection, shown)
    streaming = live(connection, *shown)
    on_page = {message.id for message in found}
    extra = [message for message in streaming if message.id not in on_page]
    older = oldest is not None and _any(connection, *shown, messages.c.seq < oldest, ~is_live)
    upto = select(reads.c.user, reads.c.upto).where(reads.c.channel == channel)
    snapshot = Snapshot(
        channel=decode_channel(data),
        messages=(*extra, *found),
        live=tuple(said(connection, channel, streaming)),
        before=oldest if older else None,
        reads={row[0]: row[1] for row in connection.execute(upto)},
    )
    return Head(seq=last_seq(connection, channel), snapshot=snapshot)


def _newest(
    connection: Connection, shown: Iterable[ColumnElement[bool]]
) -> tuple[list[Message], int | None]:
    found: list[Message] = []
    size = 0
    query = select(messages.c.data).where(*shown).order_by(messages.c.seq.desc())
    with connection.execute(query) as rows:
        for data in rows.scalars():
            found.append(decode_message(data))
            size += len(data)
            if size > PAGE_BYTES:
                break
    return newest_page(reversed(found), PAGE_BYTES)


def _shown(connection: Connection, channel: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on a channel's messages that were not cleared away."""
    query = select(channels.c.cleared_seq).where(channels.c.id == channel)
    cleared = connection.execute(query).scalar_one_or_none() or 0
    return messages.c.channel == channel, messages.c.seq > cleared


def _any(connection: Connection, *conditions: ColumnElement[bool]) -> bool:
    query = select(messages.c.seq).where(*conditions).limit(1)
    return connection.execute(query).first() is not None


def _seq(message: Message) -> int:
    return message.seq
