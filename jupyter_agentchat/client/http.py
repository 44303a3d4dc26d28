"""The REST half of a remote connection."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import httpx
import msgspec

from jupyter_agentchat.client.credential import read_token
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.failures import from_wire
from jupyter_agentchat.errors import AgentChatError, DisconnectedError

TIMEOUT_S = 60.0
_REFUSALS = frozenset({401, 403})


class Http:
    """Requests to the extension of one server; raises only `AgentChatError`s."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._token: str | None = None
        self._client = httpx.AsyncClient(base_url=f"{server.url}agentchat/", timeout=TIMEOUT_S)

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: object = None,
    ) -> bytearray:
        """Return the body of the answer, in one piece that was never copied as a whole.

        Raises
        ------
        AgentChatError
            What the server answered, or `DisconnectedError` if it did not.
        """
        renews = callable(self._server.token)
        is_fresh = renews and self._token is None
        status, body = await self._try(method, path, params, json)
        if status in _REFUSALS and renews and not is_fresh:
            self._token = None  # it has expired since it was read
            status, body = await self._try(method, path, params, json)
        if httpx.codes.is_success(status):
            return body
        raise _failure(status, body)

    async def _try(
        self, method: str, path: str, params: Mapping[str, str | int] | None, json: object
    ) -> tuple[int, bytearray]:
        if self._token is None:
            self._token = await read_token(self._server.token or "")
        headers = self._server.headers(self._token)
        body = bytearray()
        try:
            async with self._client.stream(
                method, path, params=params, json=json, headers=headers
            ) as response:
                async for piece in response.aiter_bytes():
                    body += piece
        except (httpx.HTTPError, RuntimeError) as error:  # RuntimeError: the client is closed
            message = f"The server did not answer: {str(error) or type(error).__name__}."
            raise DisconnectedError(message) from None
        return response.status_code, body

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()


class _Error(msgspec.Struct):
    code: str
    message: str


class _Failed(msgspec.Struct):
    error: _Error


def _failure(status: int, body: bytes | bytearray) -> AgentChatError:
    try:
        error = msgspec.json.decode(body, type=_Failed).error
    except (msgspec.DecodeError, UnicodeError):
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "an error"
        return DisconnectedError(f"The server answered HTTP {status} ({phrase}) and no reason.")
    return from_wire(error.code, error.message)
