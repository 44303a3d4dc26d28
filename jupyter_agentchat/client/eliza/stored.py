"""Messages as REST shows them, turned into what the socket would have said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def instant_ms(value: object) -> int:
    """Return an instant in milliseconds; servers write it as a number or as ISO 8601, 0 if not."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        try:
            return round(datetime.fromisoformat(value).timestamp() * 1000)
        except ValueError:
            return 0
    return 0


def created_ms(message: Mapping[str, Any]) -> int:
    """Return when a message was made, of an event or of a row of the history."""
    return instant_ms(message.get("created_at")) or instant_ms(message.get("createdAt"))


def as_broadcast(message: Mapping[str, Any], room: str) -> dict[str, Any]:
    """Return a row of the history as a ``messageBroadcast`` that says it is ``replayed``."""
    metadata = message.get("metadata") or {}
    raw = message.get("rawMessage") or {}
    told = {
        "id": message.get("id"),
        "senderId": message.get("authorId"),
        "senderName": message.get("authorDisplayName") or metadata.get("authorDisplayName"),
        "text": message.get("content"),
        "channelId": room,
        "roomId": room,
        "createdAt": created_ms(message),
        "source": message.get("sourceType"),
        "attachments": metadata.get("attachments") or [],
        "metadata": metadata,
        "clientMessageId": message.get("sourceId"),
        "inReplyTo": message.get("inReplyToRootMessageId"),
        "thought": raw.get("thought"),
        "actions": raw.get("actions"),
        "replayed": True,
    }
    return {name: value for name, value in told.items() if value is not None}
