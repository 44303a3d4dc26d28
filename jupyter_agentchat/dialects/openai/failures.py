"""Errors in OpenAI's form: ``{"error": {"message", "type", "param", "code"}}``."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from jupyter_agentchat.errors import AgentChatError, InvalidInputError, NotFoundError
from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.model import ErrorInfo

_TYPES = {
    400: "invalid_request_error",
    403: "permission_error",
    404: "invalid_request_error",
    405: "invalid_request_error",
    409: "invalid_request_error",
    413: "invalid_request_error",
    429: "rate_limit_error",
}


class ModelMissingError(NotFoundError):
    """No agent has the name that a request gives as its model."""

    code = "model_not_found"
    param = "model"


class ParameterError(InvalidInputError):
    """A field of the body is missing or wrong.

    Attributes
    ----------
    param : str
        Its name.
    """

    def __init__(self, message: str, param: str) -> None:
        super().__init__(message)
        self.param = param


class Refusal(Struct, frozen=True, kw_only=True):
    """One error as a client sees it."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


def refusal(info: ErrorInfo, status: int, param: str | None = None) -> Refusal:
    """Return an error of ours in OpenAI's form."""
    return Refusal(
        message=info.message,
        type=_TYPES.get(status, "server_error"),
        param=param,
        code="rate_limit_exceeded" if info.code == "rate_limited" else info.code,
    )


def encode_refusal(refused: Refusal) -> bytes:
    """Return the JSON body of a failed request."""
    return ENCODER.encode({"error": refused})


def status_of(info: ErrorInfo) -> int:
    """Return the HTTP status of an error that ended an answer."""
    return _STATUS.get(info.code, 500)


def _all(kind: type[AgentChatError]) -> Iterator[type[AgentChatError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all(each)


_STATUS = {kind.code: kind.status for kind in _all(AgentChatError) if "code" in vars(kind)}
