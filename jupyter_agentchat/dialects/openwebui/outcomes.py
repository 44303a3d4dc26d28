"""What an agent says of a chat beside its answer: a title, tags, follow-ups, a notification.

It yields them as ``Metadata``; they are told when the answer has ended.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from jupyter_agentchat.dialects.openwebui.rooms import metadata_with, room_of
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.runtime.service import Service

MAX_TITLE = 200
_NAMES = ("title", "tags", "follow_ups", "notification")


class Notification(Struct, frozen=True):
    """A word to the user beside the chat."""

    content: str
    type: Literal["info", "success", "warning", "error"] = "info"


class Outcome(Struct, frozen=True, omit_defaults=True):
    """The fields of `Metadata` that Open WebUI shows; the message keeps them in any case."""

    title: str | None = None
    tags: list[str] | None = None
    follow_ups: list[str] | None = None
    notification: Notification | None = None

    @classmethod
    def of(cls, metadata: dict[str, Any]) -> Outcome | None:
        """Return what a message's metadata say; None if that is nothing, or has another form."""
        found = {name: metadata[name] for name in _NAMES if metadata.get(name)}
        try:
            return msgspec.convert(found, cls) if found else None
        except msgspec.ValidationError:
            return None

    def events(self) -> list[dict[str, Any]]:
        """Return the ``data`` of the events."""
        told: list[tuple[str, object]] = []
        if self.follow_ups is not None:
            told.append(("chat:message:follow_ups", {"follow_ups": self.follow_ups}))
        if self.title is not None:
            told.append(("chat:title", self.title[:MAX_TITLE]))
        if self.tags is not None:
            told.append(("chat:tags", self.tags))
        if self.notification is not None:
            told.append(("notification", msgspec.to_builtins(self.notification)))
        return [{"type": kind, "data": data} for kind, data in told]


async def keep(service: Service, channel: Channel, outcome: Outcome) -> None:
    """Give a chat its title and its tags; follow-ups stay in the message's own metadata."""
    if outcome.title is None and outcome.tags is None:
        return
    now = (await service.channel(channel.id)).channel
    room = room_of(now)
    if outcome.tags is not None:
        room = replace(room, meta={**(room.meta or {}), "tags": outcome.tags})
    title = None if outcome.title is None else outcome.title[:MAX_TITLE]
    await service.update_channel(channel.id, name=title, metadata=metadata_with(now, room))
