"""What a server under test has to offer the checks, over whatever it runs on.

Settings of the server under test: ping interval 300 ms, ping time-out 200 ms, maximal payload
1,000,000 bytes, connect time-out 1,000 ms.

A server is either an Engine.IO server that sends every message back, or a Socket.IO server that

* has the namespaces ``/`` and ``/custom`` and emits ``auth`` with the CONNECT payload on both,
* answers an event ``message`` with ``message-back`` and the same arguments,
* acknowledges an event ``message-with-ack`` with its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

PING_INTERVAL_MS = 300
PING_TIMEOUT_MS = 200
MAX_PAYLOAD = 1_000_000
CONNECT_TIMEOUT_MS = 1_000
PATIENCE_MS = 2_000
"""How long a check waits for anything before it counts as missing."""

Query = Mapping[str, str]


class Response(NamedTuple):
    """The answer to an HTTP request."""

    status: int
    body: str


class Request(Protocol):
    """An HTTP request under way."""

    async def response(self) -> Response:
        """Wait for the answer; raises `TimeoutError`, or `EOFError` if the server broke off."""
        ...

    async def abort(self) -> None:
        """Break the connection before the answer comes."""
        ...


class Socket(Protocol):
    """A WebSocket as its client sees it."""

    accepted: bool
    """Whether the server answered 101; otherwise the socket was closed from the outset."""

    async def send(self, data: str | bytes) -> None:
        """Send one frame."""
        ...

    async def receive(self) -> str | bytes:
        """Wait for one frame; raises `TimeoutError`, or `EOFError` if the server closes."""
        ...

    async def wait_closed(self) -> None:
        """Wait until the server closed, whatever it sends before; raises `TimeoutError`."""
        ...


class Server(Protocol):
    """The server under test."""

    async def request(self, method: str, query: Query, body: str = "") -> Request:
        """Send an HTTP request to the mount point."""
        ...

    async def connect(self, query: Query) -> Socket:
        """Open a WebSocket at the mount point, or try to."""
        ...

    def now_ms(self) -> float:
        """Return the time by the clock that `sleep` follows."""
        ...

    async def sleep(self, milliseconds: int) -> None:
        """Let time pass."""
        ...
