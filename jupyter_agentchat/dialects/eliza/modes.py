"""The three ways in which REST answers a message: at once, whole, or chunk by chunk."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec

from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.dialects.eliza import payloads
from jupyter_agentchat.dialects.eliza.answering import Answer, Answering, follow, joined_at
from jupyter_agentchat.dialects.eliza.delivery import recipients
from jupyter_agentchat.dialects.eliza.fields import Transport
from jupyter_agentchat.dialects.eliza.handlers import ElizaHandler
from jupyter_agentchat.dialects.eliza.shapes import user_message
from jupyter_agentchat.dialects.eliza.speak import Spoken, room_for, speak
from jupyter_agentchat.dialects.eliza.speak import claim_sender as claim
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.events import MessageCreated
from jupyter_agentchat.runtime.joined import Joined
from jupyter_agentchat.runtime.pipeline import Sending
from jupyter_agentchat.web.sse import SSEHandler, message
from jupyter_agentchat.web.sse_forms import Selection

NO_AGENT = "No agent found in channel participants"


class ModesHandler(ElizaHandler, SSEHandler):
    """Sends a message and answers in the way that was asked for."""

    async def respond(
        self, spoken: Spoken, transport: Transport, more: dict[str, Any] | None = None
    ) -> None:
        """Send and answer; `more` goes beside what REST answers anyway."""
        if transport != "websocket":
            await self._check_answered(spoken)
        origin = self.origin("sse" if transport == "sse" else "http")
        sending = await speak(self.eliza, self.author, spoken, origin)
        form = payloads.Form(spoken.channel, spoken.server)
        self._asked = user_message(sending.message, form.channel, form.server)
        self._more = more or {}
        self._turn = Answering(form, sending)
        if transport == "sse":
            joined = await joined_at(self.service, sending)
            await self.follow(joined, only=self._turn.only)
        elif transport == "http":
            await self._whole(sending, self._more)
        else:
            body = {"success": True, "userMessage": self._asked, **self._more}
            self.answer(body, HTTPStatus.CREATED)

    def rendered(self, joined: Joined, batch: Batch, only: Selection | None) -> bytes:  # noqa: ARG002 - SSEHandler's interface
        """Return a batch as ``user_message``, ``chunk``, and ``done`` or ``error`` at the end."""
        out: list[bytes] = []
        for item in batch.items:
            was_over = self._turn.is_over
            projected = self._turn.feed(item.event)
            if isinstance(item.event, MessageCreated) and projected:
                out.append(_event("user_message", {**self._asked, **self._more}))
            out += [
                _event("chunk", chunk_shape(each))
                for each in projected
                if isinstance(each, payloads.MessageStreamChunk)
            ]
            if self._turn.is_over and not was_over:
                out.append(self._last())
        return b"".join(out)

    async def _check_answered(self, spoken: Spoken) -> None:
        """Refuse, before anything is stored, what nobody would answer."""
        sender = claim(self.eliza, self.author, spoken.sender)
        channel = await room_for(self.eliza, spoken, sender)
        if not (spoken.agents or recipients(channel, sender, self.eliza.servers)):
            raise InvalidInputError(NO_AGENT)

    async def _whole(self, sending: Sending, more: dict[str, Any]) -> None:
        async for _ in follow(self.service, self._turn, sending):
            pass
        if error := self._turn.error():
            sentence = f"Failed to process message in HTTP transport: {error.error}"
            body = {"success": False, "error": sentence, "code": error.code}
            self.answer(
                {**body, "userMessage": self._asked, **more}, HTTPStatus.INTERNAL_SERVER_ERROR
            )
            return
        contents = [each.content() for each in self._turn.responses()]
        if not contents:  # sent again, and nobody answered it the first time
            raise InvalidInputError(NO_AGENT)
        body = {"success": True, "userMessage": self._asked, "agentResponse": contents[0]}
        if len(contents) > 1:
            body["agentResponses"] = contents
        self.answer({**body, **more}, HTTPStatus.CREATED)

    def _last(self) -> bytes:
        if error := self._turn.error():
            body = {"error": error.error, "code": error.code, "messageId": error.message_id}
            return _event("error", {**body, "partialText": error.partial_text})
        responses: list[Answer] = self._turn.responses()
        if not responses:  # sent again, and nobody answered it the first time
            return _event("error", {"error": NO_AGENT, "code": "invalid"})
        content = responses[0].content()
        if len(responses) > 1:
            content["responses"] = [each.content() for each in responses]
        return _event("done", content)


def chunk_shape(chunk: payloads.MessageStreamChunk) -> dict[str, Any]:
    """Return a chunk as REST's stream shows it."""
    shape = {
        "messageId": chunk.message_id,
        "chunk": chunk.chunk,
        "index": chunk.index,
        "agentId": chunk.agent_id,
    }
    return shape if chunk.last_index is None else {**shape, "lastIndex": chunk.last_index}


def _event(name: str, body: dict[str, Any]) -> bytes:
    return message(name, msgspec.json.encode(body))
