"""Channels and messages in Open WebUI's form; its times are nanoseconds."""

from __future__ import annotations

from typing import Any

from jupyter_agentchat.dialects.openwebui.history import Listed
from jupyter_agentchat.dialects.openwebui.people import People
from jupyter_agentchat.dialects.openwebui.rooms import KEY, room_of
from jupyter_agentchat.protocol.model import Channel, Message

NS = 1000
"""Nanoseconds in a microsecond."""


def nanoseconds(us: int | None) -> int | None:
    """Return the log's microseconds as nanoseconds."""
    return None if us is None else us * NS


def channel_shape(channel: Channel) -> dict[str, Any]:
    """Return a channel."""
    room = room_of(channel)
    return {
        "id": channel.id,
        "user_id": room.owner or "owner",
        "type": room.type or None,
        "name": channel.name,
        "description": room.description,
        "is_private": room.is_private,
        "data": room.data,
        "meta": room.meta,
        "access_control": room.access_control,
        "created_at": channel.created_at * NS,
        "updated_at": (room.updated_at or channel.created_at) * NS,
        "updated_by": None,
        "archived_at": None,
        "archived_by": None,
        "deleted_at": None,
        "deleted_by": None,
    }


def message_shape(listed: Listed, people: People, quoted: Message | None = None) -> dict[str, Any]:
    """Return a message as clients get it."""
    message = listed.message
    return {
        **_bare(message, people),
        "reply_to_message": None if quoted is None else _bare(quoted, people),
        "latest_reply_at": nanoseconds(listed.latest_reply_at),
        "reply_count": listed.replies,
        "reactions": [
            {
                "name": reaction.name,
                "users": [
                    {"id": user, "name": people.shown(user)["name"]} for user in reaction.users
                ],
                "count": len(reaction.users),
            }
            for reaction in message.reactions
        ],
    }


def _bare(message: Message, people: People) -> dict[str, Any]:
    people.see(message.author)
    kept = message.metadata.get(KEY)
    kept = kept if isinstance(kept, dict) else {}
    pin = message.pin
    return {
        "id": message.id,
        "user_id": message.author.id,
        "channel_id": message.channel,
        "reply_to_id": message.reply_to,
        "parent_id": message.parent,
        "is_pinned": pin is not None,
        "pinned_at": nanoseconds(pin.at) if pin else None,
        "pinned_by": pin.user if pin else None,
        "content": message.text,
        "data": _data(message, kept),
        "meta": _meta(message, kept),
        "created_at": message.created_at * NS,
        "updated_at": (message.edited_at or message.created_at) * NS,
        "user": people.shown(message.author.id),
    }


def _meta(message: Message, kept: dict[str, Any]) -> dict[str, Any] | None:
    """Return a message's own meta; an agent's names the model, and says whether it is done."""
    if message.author.kind != "agent":
        return kept.get("meta")
    return {
        "model_id": message.author.id,
        "model_name": message.author.name,
        "done": message.status != "streaming",
        **({"error": message.error.message} if message.error else {}),
    }


def _data(message: Message, kept: dict[str, Any]) -> dict[str, Any] | None:
    """Return a message's own data, with what an answer brought beside its text."""
    data = kept.get("data")
    brought: dict[str, list[object]] = {}
    for note in message.annotations:
        kind = str(note["type"]).removeprefix("stream.")
        if kind in {"source", "file", "embed"}:
            brought.setdefault(f"{kind}s", []).append(note[kind])
    return {**(data or {}), **brought} if data is not None or brought else None
