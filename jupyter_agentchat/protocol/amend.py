"""One event folded into one message; pure.

Shared by the fold of a channel and by the store, which keeps older messages up to date without a
fold in memory.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict, replace

from jupyter_agentchat.protocol.events import (
    ANNOTATION,
    TERMINAL,
    Annotation,
    AnyEvent,
    MessageDeleted,
    MessagePinned,
    MessageReaction,
    MessageUpdated,
    StreamCancelled,
    StreamCompleted,
    StreamFailed,
    StreamInterrupted,
    StreamSource,
    StreamStarted,
    StreamUsage,
    Terminal,
    first_seq,
)
from jupyter_agentchat.protocol.model import Author, Message, MessageStatus, Pin, Reaction

Notes = tuple[dict[str, Any], ...]

_STATUS: dict[type, MessageStatus] = {
    StreamCompleted: "complete",
    StreamFailed: "failed",
    StreamCancelled: "cancelled",
    StreamInterrupted: "interrupted",
}


def opened(channel: str, event: StreamStarted) -> Message:
    """Return the agent's message as `event` opens it."""
    return Message(
        id=event.message,
        channel=channel,
        seq=first_seq(event),
        author=Author(id=event.agent, kind="agent", name=event.agent),
        text="",
        created_at=event.t,
        status="streaming",
        reply_to=event.reply_to,
        parent=event.parent,
        stream=event.stream,
    )


def amend(message: Message, event: AnyEvent) -> Message:  # noqa: PLR0911 - one case per event
    """Return `message` after an event that speaks of it; others leave it as it is."""
    if isinstance(event, MessageUpdated):
        return replace(message, text=event.text, edited_at=event.t)
    if isinstance(event, MessageDeleted):
        return replace(message, text="", deleted=True, attachments=(), annotations=(), pin=None)
    if isinstance(event, MessageReaction):
        return replace(message, reactions=_react(message.reactions, event))
    if isinstance(event, MessagePinned):
        pin = Pin(user=event.user, at=event.t) if event.pinned else None
        return replace(message, pin=pin)
    if isinstance(event, TERMINAL):
        return _ended(message, event)
    if isinstance(event, ANNOTATION):
        return replace(message, annotations=_annotate(message.annotations, event))
    if isinstance(event, StreamUsage):
        return replace(message, usage=event.usage)
    return message


def _annotate(notes: Notes, event: Annotation) -> Notes:
    note = asdict(event)
    for field in ("seq", "t", "stream"):
        del note[field]
    note = {"type": str(event.__struct_config__.tag), **note}
    id_ = event.source.get("id") if isinstance(event, StreamSource) else None
    if id_ is not None:
        same = [each.get("source", {}).get("id") == id_ for each in notes]
        if any(same):
            return tuple(note if is_it else each for each, is_it in zip(notes, same, strict=True))
    return (*notes, note)


def _ended(message: Message, event: Terminal) -> Message:
    return replace(
        message,
        text="" if message.deleted else event.text,
        status=_STATUS[type(event)],
        usage=event.usage or message.usage,
        error=event.error,
        reason=event.reason,
        metadata=event.metadata or message.metadata,
    )


def _react(reactions: tuple[Reaction, ...], event: MessageReaction) -> tuple[Reaction, ...]:
    users = {reaction.name: reaction.users for reaction in reactions}
    others = tuple(user for user in users.get(event.name, ()) if user != event.user)
    users[event.name] = (*others, event.user) if event.added else others
    return tuple(Reaction(name=name, users=who) for name, who in users.items() if who)
