"""Messages as they are now, kept beside the events in the same transaction."""

from __future__ import annotations

from msgspec import json
from sqlalchemy import Connection, bindparam, delete, insert, select

from jupyter_agentchat.protocol.amend import amend, opened
from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.events import (
    TERMINAL,
    AnyEvent,
    MessageCreated,
    MessageDeleted,
    MessagePinned,
    MessageReaction,
    MessageUpdated,
    StreamStarted,
)
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.store.sql.schema import is_live, messages

Live = dict[tuple[str, str], str]
"""(channel, stream) → the message that the stream writes."""

_MESSAGE = json.Decoder(Message)
_ONE = select(messages.c.data).where(
    messages.c.channel == bindparam("in_channel"), messages.c.id == bindparam("with_id")
)
_REMOVE = delete(messages).where(
    messages.c.channel == bindparam("in_channel"), messages.c.id == bindparam("with_id")
)


def decode_message(data: memoryview) -> Message:
    """Read a row's message."""
    return _MESSAGE.decode(data)


def load_live(connection: Connection) -> Live:
    """Return the streams that have not ended."""
    live: Live = {}
    for channel, data in connection.execute(
        select(messages.c.channel, messages.c.data).where(is_live)
    ):
        message = decode_message(data)
        if message.stream is not None:
            live[channel, message.stream] = message.id
    return live


class Projection:
    """The messages that one transaction changes, folded by the protocol's own `amend`.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    live : Live
        The live streams before it; `live` afterwards holds those after it.
    """

    def __init__(self, connection: Connection, live: Live) -> None:
        self.live = dict(live)
        self._connection = connection
        self._changed: dict[tuple[str, str], Message] = {}

    def apply(self, channel: str, event: AnyEvent) -> None:
        """Fold one event in."""
        if isinstance(event, MessageCreated):
            self._changed[channel, event.message.id] = event.message
        elif isinstance(event, StreamStarted):
            self._changed[channel, event.message] = opened(channel, event)
            self.live[channel, event.stream] = event.message
        elif target := self._target(channel, event):
            message = self._message(channel, target)
            if message is not None and (after := amend(message, event)) is not message:
                self._changed[channel, target] = after

    def write(self) -> None:
        """Bring the table up to date."""
        if not self._changed:
            return
        rows = [
            {
                "channel": channel,
                "id": message.id,
                "seq": message.seq,
                "t": message.created_at,
                "status": message.status,
                "data": ENCODER.encode(message),
            }
            for (channel, _), message in self._changed.items()
        ]
        keys = [{"in_channel": row["channel"], "with_id": row["id"]} for row in rows]
        self._connection.execute(_REMOVE, keys)
        self._connection.execute(insert(messages), rows)

    def _target(self, channel: str, event: AnyEvent) -> str | None:
        """Return the message that `event` speaks of; a stream that is not live has none."""
        if isinstance(event, MessageUpdated | MessageDeleted | MessageReaction | MessagePinned):
            return event.message
        stream = getattr(event, "stream", None)
        if stream is None:
            return None
        if isinstance(event, TERMINAL):
            return self.live.pop((channel, stream), None)
        return self.live.get((channel, stream))

    def _message(self, channel: str, id: str) -> Message | None:
        known = self._changed.get((channel, id))
        if known is not None:
            return known
        keys = {"in_channel": channel, "with_id": id}
        data = self._connection.execute(_ONE, keys).scalar_one_or_none()
        return None if data is None else decode_message(data)
