"""Refusals of a handshake; the rest of it is tested on servers in `tests/server/test_client*`."""

from __future__ import annotations

import asyncio
import base64
import hashlib

import pytest
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClientConnection

from jupyter_agentchat.client import dialing
from jupyter_agentchat.client.dialing import StayAwayError, _refusal, dial, ending
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    ForbiddenError,
    ServerNotFoundError,
    UnavailableError,
)
from jupyter_agentchat.protocol.close_codes import STAY_AWAY, CloseCode


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (401, ForbiddenError, "refused the credentials"),
        (403, ForbiddenError, "refused the credentials"),
        (404, ServerNotFoundError, "no agentchat extension"),
        (302, ServerNotFoundError, "no agentchat extension"),
        (503, UnavailableError, "starting or stopping"),
        (599, ServerNotFoundError, "No Jupyter server answers"),
    ],
)
def test_each_refusal_says_what_to_do(status: int, kind: type[AgentChatError], says: str) -> None:
    error = _refusal("http://h/", HTTPClientError(status, "Timeout"))
    assert type(error) is kind
    assert says in error.message
    assert "http://h/" in error.message


@pytest.mark.parametrize("code", list(CloseCode))
def test_a_close_code_says_why_and_whether_to_come_back(code: CloseCode) -> None:
    error = ending(int(code), code.reason)
    assert isinstance(error, StayAwayError) is (code in STAY_AWAY)
    assert error.retry is (code not in STAY_AWAY)
    assert error.message == f"{code.reason} (code {int(code)})"


def test_a_connection_that_just_broke_says_so() -> None:
    assert ending(None, None).message == "The connection broke."
    assert type(ending(1006, None)) is DisconnectedError


left_open: list[asyncio.Future[WebSocketClientConnection]] = []
"""What a planted fault did not close."""


class LateServer:
    """Answers an upgrade when it is told to, and knows whether the client has closed."""

    def __init__(self) -> None:
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()
        self.closed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        await self.may_answer.wait()
        lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        key = lines[b"Sec-Websocket-Key"] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key).digest())  # noqa: S324 - RFC 6455 asks for it
        answer = [b"HTTP/1.1 101 ok", b"Upgrade: websocket", b"Connection: Upgrade"]
        writer.write(b"\r\n".join([*answer, b"Sec-WebSocket-Accept: " + accept, b"", b""]))
        self.closed.set_result((await reader.read(1))[:1] == b"\x88")
        writer.close()


async def _is_closed(patience_s: float) -> bool:
    """Return whether a connection that opens after its dialling was cancelled is closed."""
    late = LateServer()
    server = await asyncio.start_server(late.serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        dialling = asyncio.create_task(dial(Server(f"http://127.0.0.1:{port}/", "secret")))
        await late.asked.wait()
        dialling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dialling
        late.may_answer.set()
        done, _ = await asyncio.wait({late.closed}, timeout=patience_s)
        for each in left_open:
            each.result().close()
        await late.closed
        return bool(done)


async def test_a_connection_that_opens_when_nobody_waits_any_more_is_closed() -> None:
    assert await _is_closed(10)


async def test_one_that_stays_open_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialing, "_close", left_open.append)
    assert not await _is_closed(0.2)
