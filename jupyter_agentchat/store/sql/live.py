"""Streams: their rows, and those that have not ended."""

from __future__ import annotations

from itertools import groupby

from msgspec import json
from sqlalchemy import ColumnElement, Connection, select

from jupyter_agentchat.protocol.fold import Fold
from jupyter_agentchat.protocol.model import Channel, LiveStream, Message
from jupyter_agentchat.store.base import Unfinished
from jupyter_agentchat.store.rows import StreamRow
from jupyter_agentchat.store.sql.log import follow
from jupyter_agentchat.store.sql.projection import decode_message
from jupyter_agentchat.store.sql.schema import is_live, messages, streams

_STREAM = json.Decoder(StreamRow)


def decode_stream(data: memoryview) -> StreamRow:
    """Read a stream's row."""
    return _STREAM.decode(data)


def stream(connection: Connection, stream: str) -> StreamRow | None:
    """Return one stream's row."""
    query = select(streams.c.data).where(streams.c.stream == stream)
    data = connection.execute(query).scalar_one_or_none()
    return None if data is None else decode_stream(data)


def live(connection: Connection, *conditions: ColumnElement[bool]) -> list[Message]:
    """Return the messages whose stream has not ended, by channel and seq."""
    query = select(messages.c.data).where(is_live, *conditions)
    rows = connection.execute(query.order_by(messages.c.channel, messages.c.seq))
    return [decode_message(data) for data in rows.scalars()]


def said(connection: Connection, channel: str, unfinished: list[Message]) -> list[LiveStream]:
    """Return what the streams of a channel's `unfinished` messages have said so far."""
    if not unfinished:
        return []
    wanted = {message.stream for message in unfinished}
    fold = Fold.empty(Channel(id=channel, name=channel))
    for event in follow(connection, channel, unfinished[0].seq - 1):
        if getattr(event, "stream", None) in wanted:
            fold.apply(event)
    return list(fold.live)


def unfinished(connection: Connection) -> list[Unfinished]:
    """Return the streams whose message is still ``streaming``."""
    return [
        Unfinished(
            channel=channel,
            stream=view.stream,
            message=view.message,
            text=view.text,
            row=stream(connection, view.stream),
        )
        for channel, group in groupby(live(connection), lambda message: message.channel)
        for view in said(connection, channel, list(group))
    ]
