"""What ElizaOS says of a message and our log has no field for; kept in the message's metadata."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from jupyter_agentchat.dialects.eliza.ids import agent_id, entity_id
from jupyter_agentchat.protocol.model import Message

KEY = "eliza"
"""Under this key of a message's metadata; what the client itself sent there is replaced."""


class Marks(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """How a message was sent.

    Attributes
    ----------
    sender_id, sender_name : str or None
        The alias that it is shown with; the log's author stays the authenticated user.
    source : str or None
        What the client said it is, ``extension`` for example.
    """

    sender_id: str | None = None
    sender_name: str | None = None
    source: str | None = None


def marked(metadata: dict[str, Any], marks: Marks) -> dict[str, Any]:
    """Return the metadata to log."""
    kept = msgspec.to_builtins(marks)
    plain = {name: value for name, value in metadata.items() if name != KEY}
    return {**plain, KEY: kept} if kept else plain


def marks_of(message: Message) -> Marks:
    """Return how `message` was sent; all defaults if it came through another face."""
    try:
        return msgspec.convert(message.metadata.get(KEY, {}), Marks)
    except msgspec.ValidationError:
        return Marks()


def plain_metadata(message: Message) -> dict[str, Any]:
    """Return the metadata as its sender gave it."""
    return {name: value for name, value in message.metadata.items() if name != KEY}


def sender_of(message: Message) -> tuple[str, str]:
    """Return the id and the name that a message is shown with."""
    author, marks = message.author, marks_of(message)
    if author.kind == "agent":
        return agent_id(author.id), author.name
    return marks.sender_id or entity_id(author), marks.sender_name or author.name
