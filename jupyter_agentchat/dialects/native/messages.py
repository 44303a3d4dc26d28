"""REST: messages, in the three modes of a send."""

from __future__ import annotations

from http import HTTPStatus

from tornado.web import authenticated

from jupyter_agentchat.dialects.native.shapes import NewMessage, NewText, shown
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.pipeline import Sending
from jupyter_agentchat.web.handlers import RestHandler
from jupyter_agentchat.web.sse import SSEHandler
from jupyter_agentchat.web.turn import TurnFilter

DEFAULT_PAGE = 50


class MessagesHandler(SSEHandler):
    """``GET, POST api/channels/{channel}/messages``."""

    @authenticated
    async def get(self, channel: str) -> None:
        """Show a page of messages, the newest by default."""
        limit = self.number("limit")
        page = await self.service.messages(
            channel,
            before=self.number("before"),
            after=self.number("after"),
            limit=DEFAULT_PAGE if limit is None else limit,
        )
        shown_messages = [shown(message) for message in page.messages]
        self.answer({"messages": shown_messages, "before": page.before, "after": page.after})

    @authenticated
    async def post(self, channel: str) -> None:
        """Send a message; `mode` says what is waited for."""
        wanted = self.read(NewMessage, limit=MAX_SEND_BYTES)
        origin = self.origin("sse" if wanted.mode == "stream" else "http", wanted.t_intended)
        sending = await self.service.send(channel, self.author, wanted.outgoing(), origin)
        if wanted.mode == "stream":
            await self._stream(channel, sending)
        elif wanted.mode == "sync":
            await self.service.ended(sending.streams)
            replies = [await self._reply(channel, stream) for stream in sending.streams]
            self.answer({**_answer(sending), "replies": replies})
        else:
            self.answer(_answer(sending), HTTPStatus.ACCEPTED)

    async def _reply(self, channel: str, stream: str) -> dict[str, object]:
        row = await self.service.stream(stream)
        message = await self.service.message(channel, row.message)
        reply: dict[str, object] = {
            "stream": stream,
            "message": row.message,
            "agent": row.agent,
            "text": message.text,
            "status": row.status,
            "usage": message.usage,
        }
        return reply if message.error is None else {**reply, "error": message.error}

    async def _stream(self, channel: str, sending: Sending) -> None:
        """Write this turn's events and close; a client that leaves does not stop the turn."""
        before = Position(sending.position.epoch, sending.position.seq - 1)
        joined = await self.service.join(channel, before)
        await self.follow(joined, only=TurnFilter(sending.message.id, sending.streams))


class MessageHandler(RestHandler):
    """``PATCH, DELETE api/channels/{channel}/messages/{message}``."""

    @authenticated
    async def get(self, channel: str, message: str) -> None:
        """Show one message as it is now."""
        self.answer(shown(await self.service.message(channel, message)))

    @authenticated
    async def patch(self, channel: str, message: str) -> None:
        """Give one's own message another text."""
        text = self.read(NewText, limit=MAX_SEND_BYTES).text
        position = await self.service.edits.edit(channel, message, text, self.author)
        changed = await self.service.message(channel, message)
        self.answer({"message": shown(changed), "position": str(position)})

    @authenticated
    async def delete(self, channel: str, message: str) -> None:
        """Delete one's own message, or an agent's."""
        position = await self.service.edits.delete(channel, message, self.author)
        self.answer({"position": str(position)})


class ReactionHandler(RestHandler):
    """``PUT, DELETE api/channels/{channel}/messages/{message}/reactions/{name}``."""

    @authenticated
    async def put(self, channel: str, message: str, name: str) -> None:
        """Add a reaction."""
        await self._react(channel, message, name, added=True)

    @authenticated
    async def delete(self, channel: str, message: str, name: str) -> None:
        """Take it back."""
        await self._react(channel, message, name, added=False)

    async def _react(self, channel: str, message: str, name: str, *, added: bool) -> None:
        position = await self.service.edits.react(channel, message, name, self.author, added=added)
        self.answer({"position": str(position)})


class PinHandler(RestHandler):
    """``PUT, DELETE api/channels/{channel}/messages/{message}/pin``."""

    @authenticated
    async def put(self, channel: str, message: str) -> None:
        """Pin a message for all."""
        await self._pin(channel, message, pinned=True)

    @authenticated
    async def delete(self, channel: str, message: str) -> None:
        """Take the pin away."""
        await self._pin(channel, message, pinned=False)

    async def _pin(self, channel: str, message: str, *, pinned: bool) -> None:
        position = await self.service.edits.pin(channel, message, self.author, pinned=pinned)
        self.answer({"position": str(position)})


def _answer(sending: Sending) -> dict[str, object]:
    answer: dict[str, object] = {
        "message": shown(sending.message),
        "streams": sending.streams,
        "position": str(sending.position),
    }
    return {**answer, "duplicate": True} if sending.duplicate else answer
