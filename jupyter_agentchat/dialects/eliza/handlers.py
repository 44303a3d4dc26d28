"""Bases of this dialect's handlers: its own errors, its API key, its rate limit."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from tornado.httputil import HTTPServerRequest

from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.errors import RateLimitedError
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES
from jupyter_agentchat.protocol.model import ErrorInfo
from jupyter_agentchat.web.cors import CrossOrigin, is_preflight
from jupyter_agentchat.web.failures import explain
from jupyter_agentchat.web.handlers import RestHandler

API_KEY = "X-API-Key"
"""How ElizaOS's clients send the server's token."""
RETRY_AFTER_S = 60


def take_api_key(request: HTTPServerRequest) -> None:
    """Let an API key stand for the server's token, where no other credential came."""
    headers = request.headers
    if API_KEY in headers and "Authorization" not in headers:
        headers["Authorization"] = f"token {headers[API_KEY]}"


class ElizaHandler(CrossOrigin, RestHandler):
    """JSON as ElizaOS has it: ``{success, data}``, and ``{success, error}`` with one sentence."""

    @property
    def eliza(self) -> ElizaState:
        """What the parts of the dialect share."""
        return self.backend.beside(ElizaState)

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Take an API key for the token it is; then guard, then count the request."""
        take_api_key(self.request)
        await super().prepare(_redirect_to_login=False)
        if not is_preflight(self):
            self.eliza.requests.take(self.author.id)

    def fields(self) -> dict[str, Any]:
        """Return the body, which is a JSON object."""
        return self.read(dict[str, Any], limit=MAX_SEND_BYTES)

    def succeed(self, data: object, status: int = HTTPStatus.OK) -> None:
        """Finish with ``{success: true, data}``."""
        self.answer({"success": True, "data": data}, status)

    def refuse(self, sentence: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        """Finish with ``{success: false, error}``."""
        self.answer({"success": False, "error": sentence}, status)

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - Tornado's interface
        """Answer with the error's sentence; what limits rates has a code, as there."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        status, info = explain(error, status_code)
        self.set_cors_headers()
        if isinstance(error, RateLimitedError):
            self.set_header("Retry-After", str(RETRY_AFTER_S))
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(self.error_body(info, error)))

    def error_body(self, info: ErrorInfo, error: BaseException | None) -> dict[str, Any]:
        """Return what a refusal says."""
        if isinstance(error, RateLimitedError):
            told: object = {"code": "RATE_LIMIT_EXCEEDED", "message": info.message}
        else:
            told = info.message
        return {"success": False, "error": told, "code": info.code, "retry": info.retry}
