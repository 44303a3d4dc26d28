"""REST: messages of a channel."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from tornado.web import authenticated

from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza.handlers import ElizaHandler
from jupyter_agentchat.dialects.eliza.history import newest
from jupyter_agentchat.dialects.eliza.ids import channel_id
from jupyter_agentchat.dialects.eliza.modes import ModesHandler
from jupyter_agentchat.dialects.eliza.shapes import stored_message
from jupyter_agentchat.dialects.eliza.speak import Spoken
from jupyter_agentchat.errors import InvalidInputError

DEFAULT_PAGE = 50
MISSING = "Missing required fields: channelId, message_server_id, author_id, content"
OTHER_SERVER = "Forbidden: message_server_id does not match current server"


class ChannelMessagesHandler(ModesHandler):
    """``GET, POST, DELETE api/messaging/channels/{channel}/messages``."""

    @authenticated
    async def get(self, channel: str) -> None:
        """Show a page of messages, newest first; `before` is an instant in milliseconds."""
        limit = self.number("limit")
        found = await newest(
            self.service,
            channel_id(channel),
            DEFAULT_PAGE if limit is None else max(limit, 1),
            before_ms=self.number("before"),
        )
        self.succeed({"messages": [stored_message(each, channel) for each in found]})

    @authenticated
    async def post(self, channel: str) -> None:
        """Send a message; `transport` (or `mode`) says how the answer comes."""
        given = self.fields()
        transport = of.transport_of(given)
        spoken = spoken_in(given, channel)
        if spoken.server not in self.eliza.servers:
            self.refuse(OTHER_SERVER, HTTPStatus.FORBIDDEN)
            return
        await self.respond(spoken, transport)

    @authenticated
    async def delete(self, channel: str) -> None:
        """Clear the channel."""
        await self.service.clear_channel(channel_id(channel))
        self.set_status(HTTPStatus.NO_CONTENT)


class ChannelMessageHandler(ElizaHandler):
    """``DELETE api/messaging/channels/{channel}/messages/{message}``."""

    @authenticated
    async def delete(self, channel: str, message: str) -> None:
        """Delete one's own message, or an agent's."""
        await self.service.edits.delete(channel_id(channel), message, self.author)
        self.set_status(HTTPStatus.NO_CONTENT)


def spoken_in(given: dict[str, Any], channel: str) -> Spoken:
    """Return what the body of a send says, in any spelling.

    Raises
    ------
    InvalidInputError
        If it says nothing.
    """
    attachments = of.attachments_in(given)
    text = of.text_of(given, of.TEXT)
    if (text is None or not text.strip()) and not attachments:
        raise InvalidInputError(MISSING)
    metadata = of.metadata_in(given)
    named = {name: metadata.get(name) for name in ("user_display_name", "userDisplayName")}
    return Spoken(
        channel=channel,
        text=text or "",
        sender=of.text_of(given, of.SENDER),
        sender_name=of.name_of({**named, **given}, (*of.SENDER_NAME, *named)),
        source=of.name_of(given, of.SOURCE),
        server=of.server_id(given),
        client_message_id=of.text_of(given, of.CLIENT_MESSAGE),
        reply_to=of.text_of(given, of.REPLY_TO),
        attachments=attachments,
        metadata=metadata,
    )
