"""The REST half of a remote connection."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import httpx
import msgspec

from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.failures import from_wire
from jupyter_agentchat.errors import AgentChatError, DisconnectedError

TIMEOUT_S = 60.0


class Http:
    """Requests to the extension of one server; raises only `AgentChatError`s."""

    def __init__(self, server: Server) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"{server.url}agentchat/", headers=server.headers(), timeout=TIMEOUT_S
        )

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: object = None,
    ) -> bytes:
        """Return the body of the answer.

        Raises
        ------
        AgentChatError
            What the server answered, or `DisconnectedError` if it did not.
        """
        try:
            response = await self._client.request(method, path, params=params, json=json)
        except (httpx.HTTPError, RuntimeError) as error:  # RuntimeError: the client is closed
            message = f"The server did not answer: {str(error) or type(error).__name__}."
            raise DisconnectedError(message) from None
        if response.is_success:
            return response.content
        raise _failure(response.status_code, response.content)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


class _Error(msgspec.Struct):
    code: str
    message: str


class _Failed(msgspec.Struct):
    error: _Error


def _failure(status: int, body: bytes) -> AgentChatError:
    try:
        error = msgspec.json.decode(body, type=_Failed).error
    except (msgspec.DecodeError, UnicodeError):
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "an error"
        return DisconnectedError(f"The server answered HTTP {status} ({phrase}) and no reason.")
    return from_wire(error.code, error.message)
