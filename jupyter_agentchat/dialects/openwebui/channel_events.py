"""What happens in a channel, as ``events:channel`` of Open WebUI."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from jupyter_agentchat.dialects.openwebui.history import listed
from jupyter_agentchat.dialects.openwebui.people import People
from jupyter_agentchat.dialects.openwebui.shapes import message_shape
from jupyter_agentchat.dialects.openwebui.standings import Standings
from jupyter_agentchat.errors import NotFoundError
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
from jupyter_agentchat.runtime.service import Service

Told = tuple[str, str, dict[str, Any], str]
"""An event's type, the message's id, its data, and the id of the user who did it."""


class ChannelEvents:
    """Reads the log where an event alone does not tell everything."""

    def __init__(self, service: Service, people: People, standings: Standings) -> None:
        self._service = service
        self._people = people
        self._standings = standings

    async def told(  # noqa: PLR0911 - one case per event
        self, channel: str, event: AnyEvent
    ) -> list[Told]:
        """Return what the channel's readers are told of `event`, in order."""
        if isinstance(event, MessageCreated):
            message = event.message
            return await self._said(message, message.client_message_id)
        if isinstance(event, StreamStarted):
            return await self._said(await self._service.message(channel, event.message), None)
        if isinstance(event, TERMINAL):
            return await self.changed(channel, event.message)
        if isinstance(event, MessageUpdated | MessagePinned):
            return await self.changed(channel, event.message)
        if isinstance(event, MessageDeleted):
            return await self._deleted(channel, event.message)
        if isinstance(event, MessageReaction):
            message = await self._service.message(channel, event.message)
            kind = f"message:reaction:{'add' if event.added else 'remove'}"
            shape = await self._shape(message)
            return [(kind, message.id, {**shape, "name": event.name}, event.user)]
        return []

    async def changed(self, channel: str, id_: str) -> list[Told]:
        """Return the update of a message as it is now."""
        message = await self._service.message(channel, id_)
        return [("message:update", id_, await self._shape(message), message.author.id)]

    async def _said(self, message: Message, temp_id: str | None) -> list[Told]:
        shape = await self._shape(message)
        said = ("message", message.id, {**shape, "temp_id": temp_id}, message.author.id)
        return [said, *await self._parent(message)]

    async def _deleted(self, channel: str, id_: str) -> list[Told]:
        message = await self._service.message(channel, id_)
        shape = await self._shape(replace(message, deleted=False))
        gone = ("message:delete", id_, shape, message.author.id)
        return [gone, *await self._parent(message)]

    async def _parent(self, message: Message) -> list[Told]:
        """Return the root of a reply's thread, with its count as it is now."""
        if message.parent is None:
            return []
        root = await self._service.message(message.channel, message.parent)
        shape = await self._shape(root)
        return [("message:reply", root.id, shape, message.author.id)]

    async def _shape(self, message: Message) -> dict[str, Any]:
        quoted = None
        if message.reply_to is not None:
            try:
                quoted = await self._service.message(message.channel, message.reply_to)
            except NotFoundError:
                quoted = None
        index = await self._standings.of(message.channel)
        return message_shape(listed(index, message), self._people, quoted)
