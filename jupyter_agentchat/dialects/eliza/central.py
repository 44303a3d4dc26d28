"""REST: messages that others bring: answers of agents elsewhere, their actions, other systems'."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from tornado.web import authenticated

from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza.handlers import ElizaHandler
from jupyter_agentchat.dialects.eliza.ids import channel_id
from jupyter_agentchat.dialects.eliza.messages import OTHER_SERVER
from jupyter_agentchat.dialects.eliza.shapes import stored_message
from jupyter_agentchat.dialects.eliza.speak import Spoken, speak
from jupyter_agentchat.errors import InvalidInputError, MessageNotFoundError
from jupyter_agentchat.runtime.pipeline import Sending

MISSING = (
    "Missing required fields: channel_id, message_server_id, author_id, content, source_type, "
    "raw_message"
)
_CHANNEL = ("channel_id", "channelId", "roomId")
_RAW = ("thought", "actions", "attachments")


class SubmitHandler(ElizaHandler):
    """``POST api/messaging/submit``: what an agent elsewhere answered; no agent answers it."""

    default_source = "agent_response"

    @authenticated
    async def post(self) -> None:
        """Log it as the user who brings it, shown as its author."""
        given = self.fields()
        sending = await self.bring(given, agents=(), missing=MISSING)
        if sending is not None:
            channel = of.text_of(given, _CHANNEL) or ""
            self.eliza.brought(sending.message)
            self.succeed(stored_message(sending.message, channel), HTTPStatus.CREATED)

    async def bring(
        self, given: dict[str, Any], *, agents: tuple[str, ...] | None, missing: str
    ) -> Sending | None:
        """Log a message that the body describes; None if it was refused."""
        channel, text = of.text_of(given, _CHANNEL), of.text_of(given, of.TEXT)
        author, server = of.text_of(given, of.SENDER), of.server_id(given)
        if channel is None or text is None or author is None:
            raise InvalidInputError(missing)
        if server not in self.eliza.servers:
            self.refuse(OTHER_SERVER, HTTPStatus.FORBIDDEN)
            return None
        raw = given.get("raw_message")
        told = {name: raw[name] for name in _RAW if name in raw} if isinstance(raw, dict) else {}
        metadata = of.metadata_in(given)
        spoken = Spoken(
            channel=channel,
            text=text,
            sender=author,
            sender_name=of.name_of({**metadata, **given}, (*of.SENDER_NAME, "agentName")),
            source=of.name_of(given, of.SOURCE) or self.default_source,
            server=server,
            client_message_id=of.text_of(given, of.CLIENT_MESSAGE),
            reply_to=of.text_of(given, of.REPLY_TO),
            attachments=of.attachments_in({**told, **given}),
            metadata={**told, **metadata},
            agents=agents,
            as_agent=agents == (),
        )
        return await speak(self.eliza, self.author, spoken, self.origin("http"))


class ActionHandler(SubmitHandler):
    """``POST api/messaging/action``: what an agent does, to be brought up to date later."""

    default_source = "agent_action"


class ActionUpdateHandler(ElizaHandler):
    """``PATCH api/messaging/action/{message}``."""

    @authenticated
    async def patch(self, message: str) -> None:
        """Give an action another text; the message keeps its id."""
        given = self.fields()
        found = self.eliza.action(message)
        if found is None:
            raise MessageNotFoundError("Message not found")
        channel, id_ = found
        if (text := of.text_of(given, of.TEXT)) is not None:
            await self.service.edits.edit(channel, id_, text, self.author)
        self.succeed(stored_message(await self.service.message(channel, id_), channel))


class IngestHandler(SubmitHandler):
    """``POST api/messaging/ingest-external``: a message of another system; agents answer it."""

    default_source = "external"

    @authenticated
    async def post(self) -> None:
        """Take it; what it leads to is told by events."""
        missing = "Invalid external message payload"
        sending = await self.bring(self.fields(), agents=None, missing=missing)
        if sending is not None:
            body = {"success": True, "message": "Message ingested and published to bus"}
            data = {"messageId": sending.message.id}
            self.answer({**body, "data": data}, HTTPStatus.ACCEPTED)


class CompleteHandler(ElizaHandler):
    """``POST api/messaging/complete``: an agent elsewhere has said all it wanted to."""

    @authenticated
    async def post(self) -> None:
        """Let those who follow the channel know."""
        given = self.fields()
        channel = of.text_of(given, _CHANNEL)
        if channel is None:
            raise InvalidInputError("Missing required fields: channel_id, server_id")
        log = await self.service.channel(channel_id(channel))
        payload = {"channelId": log.channel.id, "serverId": of.server_id(given)}
        self.eliza.bus.emit("message_complete", payload)
        self.answer({"success": True, "message": "Completion event emitted"})
