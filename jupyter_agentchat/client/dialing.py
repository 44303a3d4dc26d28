"""Opening one WebSocket to a server, up to its welcome."""

from __future__ import annotations

import asyncio
from asyncio import Future

from msgspec import DecodeError
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketError, websocket_connect

from jupyter_agentchat.client.credential import read_token
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    ForbiddenError,
    ServerNotFoundError,
    UnavailableError,
)
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.close_codes import STAY_AWAY
from jupyter_agentchat.protocol.codec import ENCODER, decode_frame
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES, Hello
from jupyter_agentchat.protocol.frames import PROTOCOL_VERSION, ErrorFrame, Welcome

HANDSHAKE_S = 10.0
"""How long a server may take to answer, and then to welcome."""
PING_S = 15.0
"""How often a silent connection is tried, and how long it may take to answer (reliability R8)."""


async def dial(server: Server) -> WebSocketClientConnection:
    """Return an open connection that the server has welcomed; the credential is read now.

    Raises
    ------
    ServerNotFoundError, UnavailableError
        If nothing answers, or not now.
    ForbiddenError
        If the server refuses the credential.
    DisconnectedError
        If it closes the connection at once; with `retry` False where it wants no return.
    """
    connection = await _upgrade(server)
    try:
        async with asyncio.timeout(HANDSHAKE_S):
            await _greet(connection)
    except TimeoutError:
        connection.close()
        message = f"{server.url} opened a connection and said nothing for {HANDSHAKE_S:g} s."
        raise DisconnectedError(message) from None
    except BaseException:
        connection.close()
        raise
    return connection


def ending(code: int | None, reason: str | None) -> AgentChatError:
    """Return what the end of a connection means for those who use it."""
    why = reason or "The connection broke."
    message = f"{why} (code {code})" if code is not None else why
    return StayAwayError(message) if code in STAY_AWAY else DisconnectedError(message)


class StayAwayError(DisconnectedError):
    """The server closed the connection and wants no return."""

    retry = False


async def _upgrade(server: Server) -> WebSocketClientConnection:
    token = await read_token(server.token or "")
    url = "ws" + server.url.removeprefix("http") + "agentchat/ws"
    request = HTTPRequest(url, headers=server.headers(token), connect_timeout=HANDSHAKE_S)
    connecting = websocket_connect(
        request,
        max_message_size=MAX_SEND_BYTES * 4,
        ping_interval=PING_S,
        ping_timeout=PING_S,
    )
    opening = asyncio.ensure_future(connecting)
    try:
        async with asyncio.timeout(2 * HANDSHAKE_S):
            return await _taken(opening)
    except HTTPClientError as error:
        raise _refusal(server.url, error) from None
    except (OSError, ValueError, WebSocketError) as error:  # TimeoutError is an OSError
        message = f"No Jupyter server answers at {server.url} ({str(error) or 'it is silent'})."
        raise ServerNotFoundError(message) from None


async def _taken(opening: Future[WebSocketClientConnection]) -> WebSocketClientConnection:
    """Return the connection once it is open; if nobody waits any more, it is closed then."""
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        raise


def _close(opening: Future[WebSocketClientConnection]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


async def _greet(connection: WebSocketClientConnection) -> None:
    hello = Hello(protocol=PROTOCOL_VERSION, clock_id=SYSTEM_CLOCK.clock_id, client="python")
    await connection.write_message(ENCODER.encode(hello).decode())
    refused: str | None = None
    while (frame := await connection.read_message()) is not None:
        try:
            answer = decode_frame(frame)
        except DecodeError as error:
            message = f"The server sent what this client cannot read: {error}"
            raise StayAwayError(message) from None
        if isinstance(answer, Welcome):
            return
        if isinstance(answer, ErrorFrame):
            refused = answer.message
    raise ending(connection.close_code, refused or connection.close_reason)


def _refusal(url: str, error: HTTPClientError) -> AgentChatError:
    match error.code:
        case 401 | 403:
            return ForbiddenError(f"{url} refused the credentials; give its token.")
        case 599:
            return ServerNotFoundError(f"No Jupyter server answers at {url} ({error.message}).")
        case 503:
            return UnavailableError(f"{url} is starting or stopping; try again in a moment.")
    return ServerNotFoundError(
        f"{url} has no agentchat extension (HTTP {error.code}); "
        "install jupyter-agentchat there and restart it."
    )
