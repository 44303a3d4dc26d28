"""REST: the sessions API."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from tornado.web import authenticated

from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza.handlers import ElizaHandler
from jupyter_agentchat.dialects.eliza.ids import agent_id, named_agent
from jupyter_agentchat.dialects.eliza.rooms import Wanted, make_room
from jupyter_agentchat.dialects.eliza.session_errors import (
    SessionAgentError,
    SessionCreationError,
    SessionError,
    SessionValidationError,
)
from jupyter_agentchat.dialects.eliza.session_records import KEY, find_session, keep, record_of
from jupyter_agentchat.dialects.eliza.session_timeouts import Timeouts, merged
from jupyter_agentchat.dialects.eliza.sessions import Session
from jupyter_agentchat.dialects.eliza.shapes import iso
from jupyter_agentchat.dialects.eliza.speak import claim_sender
from jupyter_agentchat.errors import AgentChatError, InvalidInputError
from jupyter_agentchat.protocol.model import ErrorInfo
from jupyter_agentchat.web.bodies import check_metadata

MAX_METADATA = 10 * 1024


class SessionHandler(ElizaHandler):
    """What the sessions API has of its own: ``{error: {code, message, timestamp, details?}}``."""

    def error_body(self, info: ErrorInfo, error: BaseException | None) -> dict[str, Any]:
        """Return what a refusal says."""
        told: dict[str, Any] = {
            "code": "VALIDATION_ERROR" if isinstance(error, InvalidInputError) else info.code,
            "message": info.message,
            "timestamp": iso(self.service.clock.wall_us()),
        }
        if isinstance(error, SessionError) and error.details is not None:
            told["details"] = error.details
        return {"error": told}

    async def session(self, id_: str) -> Session:
        """Return an open session of whoever asks."""
        return await find_session(self.eliza, id_, self.author.id)

    def show(self, session: Session, status: int = HTTPStatus.OK) -> None:
        """Finish with a session."""
        self.answer(self.eliza.sessions.shape(session), status)


class SessionsHandler(SessionHandler):
    """``GET, POST api/messaging/sessions``."""

    @authenticated
    async def get(self) -> None:
        """List the user's open sessions."""
        sessions = self.eliza.sessions
        found = [sessions.shape(each) for each in sessions.of(self.author.id)]
        count = len(found)
        stats = {"totalSessions": count, "activeSessions": count, "expiredSessions": 0}
        self.answer({"sessions": found, "total": count, "stats": stats})

    @authenticated
    async def post(self) -> None:
        """Open a session with an agent."""
        given = self.fields()
        wanted, user = of.text_of(given, ("agentId",)), of.text_of(given, ("userId", "entityId"))
        missing = [n for n, each in (("agentId", wanted), ("userId", user)) if each is None]
        if wanted is None or user is None:
            message = f"Missing required fields: {', '.join(missing)}"
            raise SessionValidationError(message, {"missingFields": missing})
        agent = named_agent(self.service.agents(), wanted)
        if agent is None:
            raise SessionAgentError(f"Agent with ID '{wanted[:80]}' not found")
        session = self.eliza.sessions.create(
            owner=self.author.id,
            user=claim_sender(self.eliza, self.author, user),
            agent=agent.name,
            metadata=session_metadata(given),
            timeouts=merged(self._defaults(), given.get("timeoutConfig"), strict=False),
        )
        await self._make_channel(session)
        self.show(session, HTTPStatus.CREATED)

    def _defaults(self) -> Timeouts:
        settings = self.service.settings
        return Timeouts(
            timeout_minutes=settings.session_timeout_minutes,
            max_duration_minutes=settings.session_max_duration_minutes,
            warning_threshold_minutes=settings.session_warning_minutes,
        )

    async def _make_channel(self, session: Session) -> None:
        wanted = Wanted(
            participants=(session.user, agent_id(session.agent)),
            name=f"session-{session.id}",
            is_dm=True,
            metadata={**session.metadata, KEY: record_of(session, self.service.clock)},
        )
        try:
            await make_room(self.service, session.channel, wanted)
        except AgentChatError as error:
            self.eliza.sessions.delete(session)
            raise SessionCreationError(f"Failed to create session: {error.message}") from error


class SessionHealthHandler(SessionHandler):
    """``GET api/messaging/sessions/health``."""

    @authenticated
    async def get(self) -> None:
        """Count the open sessions."""
        sessions = self.eliza.sessions
        open_ = sessions.all()
        self.answer(
            {
                "status": "healthy",
                "activeSessions": len(open_),
                "timestamp": iso(self.service.clock.wall_us()),
                "expiringSoon": sum(map(sessions.is_near_end, open_)),
                "uptime": self.backend.uptime_s,
            }
        )


class OneSessionHandler(SessionHandler):
    """``GET, DELETE api/messaging/sessions/{session}``."""

    @authenticated
    async def get(self, id_: str) -> None:
        """Show a session."""
        self.show(await self.session(id_))

    @authenticated
    async def delete(self, id_: str) -> None:
        """Close a session; its channel stays."""
        session = await self.session(id_)
        self.eliza.sessions.delete(session)
        await keep(self.eliza, session, None)
        self.answer({"success": True, "message": f"Session {id_} deleted successfully"})


class RenewHandler(SessionHandler):
    """``POST api/messaging/sessions/{session}/renew``."""

    @authenticated
    async def post(self, id_: str) -> None:
        """Prolong it, whatever its configuration says of renewal by itself."""
        session = await self.session(id_)
        self.eliza.sessions.renew(session)
        self.show(session)


class HeartbeatHandler(SessionHandler):
    """``POST api/messaging/sessions/{session}/heartbeat``."""

    @authenticated
    async def post(self, id_: str) -> None:
        """Note that the client is there."""
        session = await self.session(id_)
        self.eliza.sessions.touch(session)
        self.show(session)


class TimeoutHandler(SessionHandler):
    """``PATCH api/messaging/sessions/{session}/timeout``."""

    @authenticated
    async def patch(self, id_: str) -> None:
        """Give it other time-outs."""
        session = await self.session(id_)
        timeouts = merged(session.timeouts, self.fields(), strict=True)
        self.eliza.sessions.configure(session, timeouts)
        await keep(self.eliza, session, record_of(session, self.service.clock))
        self.show(session)


def session_metadata(given: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata of a session or of one of its messages.

    Raises
    ------
    SessionValidationError
        If they are no object, or too large.
    """
    value = given.get("metadata")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SessionValidationError("Invalid metadata: Metadata must be an object")
    if len(msgspec.json.encode(value)) > MAX_METADATA:
        reason = f"Metadata exceeds maximum size of {MAX_METADATA} bytes"
        raise SessionValidationError(f"Invalid metadata: {reason}", {"reason": reason})
    check_metadata(value)
    return value
