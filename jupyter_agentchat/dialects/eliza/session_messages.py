"""REST: messages of a session."""

from __future__ import annotations

from typing import Any

from tornado.web import authenticated

from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza.history import newest, oldest_after
from jupyter_agentchat.dialects.eliza.modes import ModesHandler
from jupyter_agentchat.dialects.eliza.session_errors import (
    MessageSendError,
    SessionValidationError,
)
from jupyter_agentchat.dialects.eliza.session_handlers import SessionHandler, session_metadata
from jupyter_agentchat.dialects.eliza.session_records import find_session
from jupyter_agentchat.dialects.eliza.shapes import stored_message
from jupyter_agentchat.dialects.eliza.speak import Spoken
from jupyter_agentchat.errors import InvalidInputError, StoreError
from jupyter_agentchat.protocol.model import Message

MAX_CONTENT = 4000
DEFAULT_LIMIT = 50
MAX_LIMIT = 100


class SessionMessagesHandler(SessionHandler, ModesHandler):
    """``GET, POST api/messaging/sessions/{session}/messages``."""

    @authenticated
    async def get(self, id_: str) -> None:
        """Show a page of messages, newest first; `before` and `after` are milliseconds."""
        session = await find_session(self.eliza, id_, self.author.id)
        limit = max(1, min(MAX_LIMIT, self._number("limit") or DEFAULT_LIMIT))
        before, after = self._number("before"), self._number("after")
        if after is None:
            found = await newest(self.service, session.channel, limit + 1, before_ms=before)
        else:
            found = await oldest_after(
                self.service, session.channel, limit + 1, after_ms=after, before_ms=before
            )
        has_more = len(found) > limit
        page = found[:limit] if after is None else found[-limit:]
        body: dict[str, Any] = {"messages": list(map(_shape, page)), "hasMore": has_more}
        if page:
            oldest, latest = (each.created_at // 1000 for each in (page[-1], page[0]))
            body["cursors"] = {"before": oldest, "after": latest}
        self.answer(body)

    @authenticated
    async def post(self, id_: str) -> None:
        """Send a message; that prolongs the session."""
        given = self.fields()
        transport = of.transport_of(given)
        content = checked_content(given)
        metadata = session_metadata(given)
        session = await find_session(self.eliza, id_, self.author.id)
        was_renewed = self.eliza.sessions.touch(session)
        status = self.eliza.sessions.status(session, was_renewed=was_renewed)
        spoken = Spoken(
            channel=session.channel,
            text=content,
            sender=session.user,
            source=of.name_of(given, of.SOURCE) or "user",
            client_message_id=of.text_of(given, of.CLIENT_MESSAGE),
            attachments=of.attachments_in(given),
            metadata={**metadata, "sessionId": session.id},
            agents=(session.agent,),
        )
        try:
            await self.respond(spoken, transport, {"sessionStatus": status})
        except StoreError as error:
            sentence = f"Failed to send message in session '{session.id}': {error.message}"
            raise MessageSendError(sentence) from error

    def _number(self, name: str) -> int | None:
        try:
            return self.number(name)
        except InvalidInputError:
            raise SessionValidationError(
                f"Invalid pagination parameter '{name}': Must be a valid timestamp",
                {"parameter": name},
            ) from None


def checked_content(given: dict[str, Any]) -> str:
    """Return a message's text.

    Raises
    ------
    SessionValidationError
        If it is none, empty, or too long.
    """
    content = given.get("content", given.get("text"))
    if not isinstance(content, str):
        reason = "Content must be a string"
    elif not content.strip():
        reason = "Content cannot be empty"
    elif len(content) > MAX_CONTENT:
        reason = f"Content exceeds maximum length of {MAX_CONTENT} characters"
    else:
        return content
    raise SessionValidationError(f"Invalid content: {reason}", {"reason": reason})


def _shape(message: Message) -> dict[str, Any]:
    stored = stored_message(message, message.channel)
    names = ("id", "content", "authorId", "isAgent", "createdAt", "metadata")
    return {name: stored[name] for name in names}
