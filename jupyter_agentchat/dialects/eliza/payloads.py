"""The events that a channel's log becomes for ElizaOS's clients, as types.

Each carries the superset of spellings: ``channelId`` and ``roomId``, ``messageServerId`` and
``serverId``, and the ``seq`` of the log event that it comes from (wire.md §1.6). Times are
milliseconds of the wall clock.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, ClassVar, Literal

from msgspec import Struct

from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER


class SocketMessageType(IntEnum):
    """``SOCKET_MESSAGE_TYPE``; clients send the first two, the server the last two."""

    ROOM_JOINING = 1
    SEND_MESSAGE = 2
    MESSAGE = 3
    ACK = 4
    THINKING = 5
    CONTROL = 6


class Form(Struct, frozen=True):
    """How a client spells what every event names; clients with one form share one encoding."""

    channel: str
    server: str = DEFAULT_SERVER


class Payload(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What all of them have in common."""

    event: ClassVar[str]

    channel_id: str
    room_id: str
    message_server_id: str
    server_id: str
    seq: int


class MessageBroadcast(Payload, frozen=True, kw_only=True):
    """A whole message of a user or of an agent; the same id again is the same message."""

    event: ClassVar[str] = "messageBroadcast"

    id: str
    sender_id: str
    sender_name: str
    text: str
    created_at: int
    source: str
    attachments: tuple[Any, ...]
    metadata: dict[str, Any]
    client_message_id: str | None = None
    in_reply_to: str | None = None
    thought: str | None = None
    actions: list[str] | None = None


class MessageStreamChunk(Payload, frozen=True, kw_only=True):
    """One increment; `index` is gapless from 0 within its message.

    A reader that lagged gets several in one, which covers `index` to `last_index`.
    """

    event: ClassVar[str] = "messageStreamChunk"

    message_id: str
    chunk: str
    index: int
    agent_id: str
    last_index: int | None = None


class MessageStreamError(Payload, frozen=True, kw_only=True):
    """An answer that did not come to its end; `partial_text` is what there is of it."""

    event: ClassVar[str] = "messageStreamError"

    message_id: str
    agent_id: str
    error: str
    code: str
    partial_text: str | None = None


class MessageComplete(Payload, frozen=True, kw_only=True):
    """A turn is over; `status` says how, `reason` why if there is more to say."""

    event: ClassVar[str] = "messageComplete"

    agent_id: str
    message_id: str
    status: Literal["completed", "failed", "cancelled", "interrupted"]
    reason: str | None = None


class ControlMessage(Payload, frozen=True, kw_only=True):
    """What a client does with its input while an agent answers."""

    event: ClassVar[str] = "controlMessage"

    action: Literal["enable_input", "disable_input"]
    target: str
    agent_id: str
    message_id: str


class UserTyping(Payload, frozen=True, kw_only=True):
    """An agent has begun, or finished, to think."""

    event: ClassVar[str] = "userTyping"

    user_id: str
    is_typing: bool


class Thought(Payload, frozen=True, kw_only=True):
    """What an agent thinks, or does, before it says something."""

    agent_id: str
    message_id: str
    text: str


class Thinking(Struct, frozen=True):
    """A `Thought` in the envelope of ``SOCKET_MESSAGE_TYPE.THINKING``."""

    event: ClassVar[str] = "message"

    payload: Thought
    type: int = SocketMessageType.THINKING


class MessageUpdated(Payload, frozen=True, kw_only=True):
    """A message has another text now."""

    event: ClassVar[str] = "messageUpdated"

    message_id: str
    text: str


class MessageDeleted(Payload, frozen=True, kw_only=True):
    """A message is gone."""

    event: ClassVar[str] = "messageDeleted"

    message_id: str


class ChannelCleared(Payload, frozen=True, kw_only=True):
    """All messages of a channel are gone."""

    event: ClassVar[str] = "channelCleared"


class ChannelDeleted(Payload, frozen=True, kw_only=True):
    """A channel is gone."""

    event: ClassVar[str] = "channelDeleted"


class ChannelUpdated(Payload, frozen=True, kw_only=True):
    """The channel as it is now."""

    event: ClassVar[str] = "channelUpdated"

    updates: dict[str, Any]


Projected = (
    MessageBroadcast
    | MessageStreamChunk
    | MessageStreamError
    | MessageComplete
    | ControlMessage
    | UserTyping
    | Thinking
    | MessageUpdated
    | MessageDeleted
    | ChannelCleared
    | ChannelUpdated
)
"""What a projection returns."""
