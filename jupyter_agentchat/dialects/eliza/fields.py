"""Fields of bodies, in every spelling that ElizaOS's releases and its documents use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.model import Attachment
from jupyter_agentchat.web.bodies import check_metadata

Fields = Mapping[str, Any]
Transport = Literal["websocket", "sse", "http"]

TEXT = ("content", "text", "message")
SENDER = ("author_id", "authorId", "entityId", "senderId", "userId")
SENDER_NAME = ("author_display_name", "senderName", "displayName", "username")
SERVER = ("message_server_id", "messageServerId", "server_id", "serverId", "worldId")
CLIENT_MESSAGE = ("messageId", "clientMessageId", "client_message_id")
REPLY_TO = ("in_reply_to_message_id", "inReplyTo", "inReplyToRootMessageId")
SOURCE = ("source_type", "sourceType", "source")
PARTICIPANTS = ("participantCentralUserIds", "participants", "participantIds")

_TRANSPORTS: dict[str, Transport] = {
    "http": "http",
    "sse": "sse",
    "websocket": "websocket",
    "sync": "http",
    "stream": "sse",
}
_TYPES = ((bool, "boolean"), (int | float, "number"))
_NAME_MAX = 256


def text_of(fields: Fields, names: tuple[str, ...]) -> str | None:
    """Return the first of `names` that is given and not blank.

    Raises
    ------
    InvalidInputError
        If it is no text.
    """
    for name in names:
        value = fields.get(name)
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise InvalidInputError(f"{name} is text, not {js_type(value)}.")
        return value
    return None


def name_of(fields: Fields, names: tuple[str, ...]) -> str | None:
    """Return a name, cut where it grows too long."""
    found = text_of(fields, names)
    return found[:_NAME_MAX] if found else None


def server_id(fields: Fields) -> str:
    """Return the message server that a body names, the default one if none."""
    return text_of(fields, SERVER) or DEFAULT_SERVER


def metadata_in(fields: Fields) -> dict[str, Any]:
    """Return the body's metadata.

    Raises
    ------
    InvalidInputError
        If they are no object, too deep, or too many.
    """
    value = fields.get("metadata")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidInputError(f"metadata is an object, not {js_type(value)}.")
    check_metadata(value)
    return value


def ids_in(fields: Fields, names: tuple[str, ...]) -> list[str] | None:
    """Return a list of ids, None if there is none or it is none."""
    value = next((fields[name] for name in names if fields.get(name) is not None), None)
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        return None
    return value


def transport_of(fields: Fields) -> Transport:
    """Return how the answer is wanted: `transport`, or `mode` as earlier releases call it.

    Raises
    ------
    InvalidInputError
        With the sentences of ElizaOS, of the present release and of the earlier one.
    """
    value = fields.get("transport")
    if value is None:
        value = fields.get("mode")
    if value is None:
        return "websocket"
    if not isinstance(value, str):
        kind = js_type(value)
        raise InvalidInputError(
            f'Invalid transport type "{kind}". Transport must be a string. Mode must be a string.'
        )
    if found := _TRANSPORTS.get(value):
        return found
    shown = value[:80]
    raise InvalidInputError(
        f'Invalid transport "{shown}". Must be one of: {", ".join(_TRANSPORTS)} '
        f'(Invalid mode "{shown}")'
    )


def attachments_in(fields: Fields) -> tuple[Attachment, ...]:
    """Return the body's attachments: ours, or ElizaOS's `Media`.

    Raises
    ------
    InvalidInputError
        If they are no list of objects.
    """
    value = fields.get("attachments")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise InvalidInputError("attachments is a list of objects.")
    return tuple(map(_attachment, value))


def _attachment(media: dict[str, Any]) -> Attachment:
    shaped = {
        "name": media.get("name") or media.get("title") or media.get("id") or "attachment",
        "media_type": media.get("media_type") or media.get("contentType"),
        "url": media.get("url"),
        "data": media.get("data"),
        "size": media.get("size"),
    }
    given = {name: each for name, each in shaped.items() if each is not None}
    try:
        return msgspec.convert(given, Attachment)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"An attachment is wrong: {error}.") from None


def js_type(value: object) -> str:
    """Return what JavaScript's ``typeof`` says."""
    return next((name for kind, name in _TYPES if isinstance(value, kind)), "object")
