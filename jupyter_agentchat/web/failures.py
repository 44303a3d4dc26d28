"""What a failed request is told: a stable code and one sentence, never a traceback."""

from __future__ import annotations

from tornado.web import HTTPError

from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.protocol.model import ErrorInfo

SOMETHING_FAILED = ErrorInfo(
    code="internal", message="Something failed on the server; its log says what."
)
_BY_STATUS: dict[int, ErrorInfo] = {
    400: ErrorInfo(code="invalid", message="The request is malformed."),
    403: ErrorInfo(
        code="forbidden",
        message="You may not do this: sign in to Jupyter, or send the server's token.",
    ),
    404: ErrorInfo(code="not_found", message="There is nothing at this address."),
    405: ErrorInfo(code="method_not_allowed", message="This address does not take this method."),
    413: ErrorInfo(code="message_too_large", message="The request is too large."),
    503: ErrorInfo(code="unavailable", message="The server is busy; try again.", retry=True),
}
_XSRF = ErrorInfo(
    code="forbidden",
    message="With a cookie this request needs the X-XSRFToken header; a token needs none.",
)


def explain(error: BaseException | None, status: int) -> tuple[int, ErrorInfo]:
    """Return the HTTP status and the body of a request that ended with `error`."""
    if isinstance(error, AgentChatError):
        return error.status, info_of(error)
    if isinstance(error, HTTPError):
        if error.status_code == 403 and "_xsrf" in (error.log_message or ""):  # noqa: PLR2004
            return 403, _XSRF
        status = error.status_code
    return status, _BY_STATUS.get(status, SOMETHING_FAILED)


def info_of(error: BaseException) -> ErrorInfo:
    """Return what a client is told of `error`; one that is not ours tells nothing."""
    if isinstance(error, AgentChatError):
        return ErrorInfo(code=error.code, message=error.message, retry=error.retry)
    return SOMETHING_FAILED
