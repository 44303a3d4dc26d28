"""What clients say over Socket.IO, read into types with sentences for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from jupyter_agentchat.dialects.eliza.fields import (
    CLIENT_MESSAGE,
    REPLY_TO,
    SENDER_NAME,
    SOURCE,
    Fields,
    attachments_in,
    metadata_in,
    name_of,
    server_id,
    text_of,
)
from jupyter_agentchat.dialects.eliza.ids import check_id
from jupyter_agentchat.dialects.eliza.payloads import SocketMessageType
from jupyter_agentchat.dialects.eliza.speak import Spoken
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.position import Position

CHANNEL = ("channelId", "roomId", "channel_id", "room_id")
ENTITY = ("entityId", "userId", "senderId", "author_id")
SENDER = ("senderId", "entityId", "userId", "author_id")
TEXT = ("message", "text", "content")

Verb = Literal["join", "send", "leave", "legacy"]

_VERBS: dict[object, Verb] = {
    SocketMessageType.ROOM_JOINING.value: "join",
    SocketMessageType.SEND_MESSAGE.value: "send",
    "leave": "leave",
}
for _type in (SocketMessageType.ROOM_JOINING, SocketMessageType.SEND_MESSAGE):
    _VERBS[str(_type.value)] = _VERBS[_type.name] = _VERBS[_type.value]
EVENTS: dict[str, Verb] = {
    "1": "join",
    "ROOM_JOINING": "join",
    "2": "send",
    "SEND_MESSAGE": "send",
    "leave": "leave",
}
"""Events that are a command by their name alone."""


class Asked(Struct, frozen=True, kw_only=True):
    """What every command about a room names.

    Attributes
    ----------
    channel, server : str
        As the client spells them.
    entity : str or None
        The id that it is there under.
    agent : str or None
        The agent that it wants to talk to.
    """

    channel: str
    server: str
    entity: str | None
    agent: str | None
    metadata: dict[str, Any]


def read_message(args: Sequence[object]) -> tuple[Verb, Fields]:
    """Return what a ``message`` event asks for.

    Raises
    ------
    InvalidInputError
        If it is no envelope ``{type, payload}`` that clients send.
    """
    envelope = first_object(args, "message")
    if envelope.get("type") is None:
        if text_of(envelope, TEXT) and text_of(envelope, CHANNEL):
            return "legacy", envelope
        raise InvalidInputError(
            "A message is {type, payload}: type 1 joins a room, type 2 sends a message."
        )
    kind = envelope["type"]
    verb = _VERBS.get(kind) if isinstance(kind, int | str) else None
    if verb is None:
        raise InvalidInputError(
            f"The message type {str(kind)[:40]!r} is not taken from clients; "
            "1 joins a room, 2 sends a message."
        )
    payload = envelope.get("payload")
    if not isinstance(payload, Mapping):
        raise InvalidInputError("The payload of a message is an object.")
    return verb, payload


def first_object(args: Sequence[object], event: str) -> Fields:
    """Return the first argument of an event.

    Raises
    ------
    InvalidInputError
        If it is no object.
    """
    found = args[0] if args else None
    if not isinstance(found, Mapping):
        raise InvalidInputError(f"The event {event[:40]!r} carries an object.")
    return found


def read_room(fields: Fields, missing: str) -> Asked:
    """Return which room a command is about.

    Raises
    ------
    InvalidInputError
        With the sentence `missing`, if it names none; or if what it names cannot be a name.
    """
    channel = text_of(fields, CHANNEL)
    if channel is None or not channel.strip():
        raise InvalidInputError(missing)
    check_id(channel, "A channel's id")
    return Asked(
        channel=channel,
        server=server_id(fields),
        entity=text_of(fields, ENTITY),
        agent=text_of(fields, ("agentId", "targetAgentId")),
        metadata=metadata_in(fields),
    )


def read_after(fields: Fields) -> Position | None:
    """Return what a client that joins has read of the room already, None if nothing.

    Raises
    ------
    InvalidInputError
        If it is no position.
    """
    after = text_of(fields, ("after",))
    return None if after is None else Position.parse(after)


SEND_MISSING = (
    "For SEND_MESSAGE: channelId, messageServerId (message_server_id), senderId (author_id), "
    "and message are required."
)
"""ElizaOS's own sentence; a server that is not named is the default one here (wire.md §1.5)."""


def read_send(fields: Fields, *, needs_sender: bool) -> Spoken:
    """Return a message that a client wants to send.

    Raises
    ------
    InvalidInputError
        If something is missing, or not what it should be.
    """
    room = read_room(fields, SEND_MISSING)
    text, sender = text_of(fields, TEXT) or "", text_of(fields, SENDER)
    attachments = attachments_in(fields)
    if not (text.strip() or attachments) or (needs_sender and sender is None):
        raise InvalidInputError(SEND_MISSING)
    metadata = dict(room.metadata)
    if target := text_of(fields, ("targetUserId",)):
        metadata["targetUserId"] = target
    return Spoken(
        channel=room.channel,
        text=text,
        sender=sender,
        sender_name=name_of(fields, SENDER_NAME),
        source=name_of(fields, SOURCE),
        server=room.server,
        client_message_id=text_of(fields, CLIENT_MESSAGE),
        reply_to=text_of(fields, REPLY_TO),
        attachments=attachments,
        metadata=metadata,
    )
