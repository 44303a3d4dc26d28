"""``/api/v1/channels/{id}/messages``: what was said, threads, and what is said next."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from tornado.web import authenticated

from jupyter_agentchat.dialects.openwebui.handlers import WebUIHandler
from jupyter_agentchat.dialects.openwebui.history import pinned, thread, top_level
from jupyter_agentchat.dialects.openwebui.mentions import mentioned
from jupyter_agentchat.dialects.openwebui.rooms import KEY
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.web.bodies import check_metadata

PINNED_PAGE = 20


class NewMessage(Struct, kw_only=True):
    """The body of a post; ``reply_to_id`` quotes, ``parent_id`` names the thread."""

    content: str
    temp_id: str | None = None
    reply_to_id: str | None = None
    parent_id: str | None = None
    data: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None

    def outgoing(self, agents: tuple[str, ...]) -> Outgoing:
        """Return the message; `agents` answer it."""
        kept = {"data": self.data, "meta": self.meta}
        kept = {key: value for key, value in kept.items() if value is not None}
        metadata: dict[str, Any] = {KEY: kept} if kept else {}
        check_metadata(metadata)
        return Outgoing(
            text=self.content,
            client_message_id=self.temp_id or None,
            agents=agents,
            reply_to=self.reply_to_id,
            parent=self.parent_id,
            metadata=metadata,
        )


class Text(Struct, kw_only=True):
    """The body of an edit."""

    content: str


class ReactionName(Struct, kw_only=True):
    """The body of a reaction."""

    name: str


class PinState(Struct, kw_only=True):
    """The body of a pin."""

    is_pinned: bool


class MessagesHandler(WebUIHandler):
    """``GET /{id}/messages``."""

    @authenticated
    async def get(self, channel: str) -> None:
        """Show a page of what stands in the channel itself, newest first."""
        await self.room(channel)
        skip, limit = self.page()
        found = await top_level(self.service, channel, skip, limit)
        self.answer([await self.shown(each) for each in found])


class PinnedHandler(WebUIHandler):
    """``GET /{id}/messages/pinned``."""

    @authenticated
    async def get(self, channel: str) -> None:
        """Show the pinned messages, the latest pin first."""
        await self.room(channel)
        start = (max(self.number("page") or 1, 1) - 1) * PINNED_PAGE
        index = await self.index(channel)
        found = await pinned(self.service, channel, index, start, PINNED_PAGE)
        self.answer([await self.shown(each) for each in found])


class PostHandler(WebUIHandler):
    """``POST /{id}/messages/post``."""

    @authenticated
    async def post(self, channel: str) -> None:
        """Say something; a model that is mentioned answers, in the same thread."""
        await self.room(channel, "write")
        wanted = self.read(NewMessage, limit=MAX_SEND_BYTES)
        online = {agent.name for agent in self.service.agents() if agent.online}
        outgoing = wanted.outgoing(mentioned(wanted.content, online))
        sending = await self.service.send(channel, self.author, outgoing, self.origin("openwebui"))
        self.answer(await self.shown(sending.message))


class MessageHandler(WebUIHandler):
    """``GET /{id}/messages/{message}``."""

    @authenticated
    async def get(self, channel: str, message: str) -> None:
        """Show one message."""
        await self.room(channel)
        self.answer(await self.shown(await self.message(channel, message)))


class ThreadHandler(WebUIHandler):
    """``GET /{id}/messages/{message}/thread``."""

    @authenticated
    async def get(self, channel: str, message: str) -> None:
        """Show a page of a thread, newest first; a short page ends with its root."""
        await self.room(channel)
        skip, limit = self.page()
        root = await self.message(channel, message)
        found = await thread(self.service, await self.index(channel), root, skip, limit)
        self.answer([await self.shown(each) for each in found])


class UpdateMessageHandler(WebUIHandler):
    """``POST /{id}/messages/{message}/update``."""

    @authenticated
    async def post(self, channel: str, message: str) -> None:
        """Give one's own message another text."""
        await self.room(channel, "write")
        text = self.read(Text, limit=MAX_SEND_BYTES).content
        await self.service.edits.edit(channel, message, text, self.author)
        self.answer(await self.shown(await self.message(channel, message)))


class DeleteMessageHandler(WebUIHandler):
    """``DELETE /{id}/messages/{message}/delete``."""

    @authenticated
    async def delete(self, channel: str, message: str) -> None:
        """Delete one's own message, or a model's."""
        await self.room(channel, "write")
        await self.service.edits.delete(channel, message, self.author)
        self.answer(True)


class PinHandler(WebUIHandler):
    """``POST /{id}/messages/{message}/pin``."""

    @authenticated
    async def post(self, channel: str, message: str) -> None:
        """Pin a message for all, or take the pin away."""
        await self.room(channel, "write")
        state = self.read(PinState).is_pinned
        await self.service.edits.pin(channel, message, self.author, pinned=state)
        self.answer(await self.shown(await self.message(channel, message)))


class ReactHandler(WebUIHandler):
    """``POST /{id}/messages/{message}/reactions/add`` and ``…/remove``."""

    @authenticated
    async def post(self, channel: str, message: str, act: str) -> None:
        """Add a reaction or take it back; idempotent for each user."""
        await self.room(channel, "write")
        name = self.read(ReactionName).name
        await self.message(channel, message)
        added = act == "add"
        await self.service.edits.react(channel, message, name, self.author, added=added)
        self.answer(True)
