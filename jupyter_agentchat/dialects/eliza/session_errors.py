"""Why a session's request is refused, with the codes of ElizaOS's sessions API."""

from __future__ import annotations

from typing import Any, ClassVar

from jupyter_agentchat.errors import AgentChatError, Fault


class SessionError(AgentChatError):
    """A request to the sessions API that cannot be met.

    Parameters
    ----------
    message : str
        One sentence.
    details : dict, optional
        What a program wants to know of it.
    """

    code = "SESSION_ERROR"
    status = 500
    fault: ClassVar[Fault] = "caller"

    def __init__(self, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.details = details


class SessionNotFoundError(SessionError):
    """No such session of this user."""

    code = "SESSION_NOT_FOUND"
    status = 404

    def __init__(self, session: str) -> None:
        super().__init__(f"Session with ID '{session[:80]}' not found")


class SessionExpiredError(SessionError):
    """The session was not used for too long, or lasted too long."""

    code = "SESSION_EXPIRED"
    status = 410


class SessionAgentError(SessionError):
    """A session with an agent that is not there."""

    code = "AGENT_NOT_FOUND"
    status = 404


class SessionValidationError(SessionError):
    """A field is missing, of the wrong type, or out of bounds."""

    code = "VALIDATION_ERROR"
    status = 400


class SessionRenewalError(SessionError):
    """The session has reached its longest duration."""

    code = "SESSION_RENEWAL_FAILED"
    status = 400


class SessionCreationError(SessionError):
    """The session's channel could not be made."""

    code = "SESSION_CREATION_FAILED"
    status = 500
    fault: ClassVar[Fault] = "server"


class MessageSendError(SessionError):
    """The message could not be logged."""

    code = "MESSAGE_SEND_FAILED"
    status = 500
    fault: ClassVar[Fault] = "server"
