"""A check, and the few moves that most of them share."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from tests.conformance.socketio.adapter import Query, Response, Server, Socket

Application = Literal["engine", "socket"]

POLLING = {"EIO": "4", "transport": "polling"}
WEBSOCKET = {"EIO": "4", "transport": "websocket"}


@dataclass(frozen=True)
class Check:
    """One behaviour that clients rely on; `run` raises if the server does not have it."""

    application: Application
    number: int
    name: str
    run: Callable[[Server], Awaitable[None]]

    def __str__(self) -> str:
        return f"{self.application}-{self.number:02}-{self.name}"


def number(
    application: Application, *runs: Callable[[Server], Awaitable[None]], first: int = 1
) -> list[Check]:
    """Return `runs` as checks, numbered from `first`."""
    return [
        Check(application, at, getattr(run, "__name__", "").replace("_", "-"), run)
        for at, run in enumerate(runs, first)
    ]


async def fetch(server: Server, method: str, query: Query, body: str = "") -> Response:
    """Send a request and wait for its answer."""
    request = await server.request(method, query, body)
    return await request.response()


async def open_polling(server: Server) -> dict[str, str]:
    """Open a session by polling and return the query of its further requests."""
    response = await fetch(server, "GET", POLLING)
    assert response.status == 200
    assert response.body.startswith("0")
    return {**POLLING, "sid": json.loads(response.body[1:])["sid"]}


async def open_websocket(server: Server) -> Socket:
    """Open a session by WebSocket."""
    socket = await server.connect(WEBSOCKET)
    assert str(await socket.receive()).startswith("0")
    return socket


async def receive_data(socket: Socket) -> str | bytes:
    """Return the next frame that is no ping."""
    while True:
        data = await socket.receive()
        if data != "2":
            return data


async def upgrade(server: Server, polling: Query) -> Socket:
    """Take a polling session to a WebSocket in one go."""
    socket = await server.connect({**polling, "transport": "websocket"})
    assert socket.accepted
    await socket.send("2probe")
    await socket.send("5")
    assert await socket.receive() == "3probe"
    await server.sleep(5)  # the two frames may arrive apart
    return socket


async def expect_close(socket: Socket) -> None:
    """Wait until the server closes, which it does at once and not for want of a pong."""
    try:
        while True:
            assert await socket.receive() != "2", "The session lived on."
    except EOFError:
        pass
