"""A Socket.IO client that shows everything and hides nothing, recovery included."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

Json = dict[str, Any]
Accept = Callable[[Json], bool]
PATH = "agentchat/eliza/socket.io/"


class RawSocket:
    """One WebSocket that speaks Engine.IO 4 and Socket.IO 5.

    Attributes
    ----------
    events : list
        Names and first arguments, in order.
    offset : str or None
        The last one seen; kept over `lose` and `come_back`.
    """

    def __init__(self, url: str, headers: Json, auth: Json) -> None:
        self._url = f"{url}{PATH}?EIO=4&transport=websocket".replace("http", "ws", 1)
        self._headers = headers
        self._auth = auth
        self._acks: dict[int, Json] = {}
        self._connection: WebSocketClientConnection | None = None
        self.events: list[tuple[str, Json]] = []
        self.offset: str | None = None
        self.pid: str | None = None
        self.sid: str | None = None
        self.recovered = False
        self.refusal: str | None = None

    async def connect(self) -> None:
        """Open the socket, with what a client sends that was here before."""
        self.close()
        request = HTTPRequest(self._url, headers=self._headers)
        self._connection = await websocket_connect(request)
        before = {"pid": self.pid, "offset": self.offset}
        auth = {**self._auth, **{name: value for name, value in before.items() if value}}
        await self.say("40" + json.dumps(auth))
        handshake = None
        while handshake is None and self.refusal is None:
            handshake = await self._hear()
        if handshake is not None:
            self.recovered = handshake.get("pid") == self.pid
            self.pid, self.sid = handshake.get("pid"), handshake["sid"]

    async def say(self, packet: str | bytes) -> None:
        assert self._connection is not None
        await self._connection.write_message(packet, binary=isinstance(packet, bytes))

    async def emit(self, name: str, *args: object) -> None:
        await self.say("42" + json.dumps([name, *args]))

    async def ask(self, name: str, *args: object) -> Json:
        """Emit, and wait for the acknowledgement."""
        number = len(self._acks)
        self._acks[number] = {}
        await self.say(f"42{number}" + json.dumps([name, *args]))
        while not self._acks[number]:
            await self._hear()
        return self._acks[number]

    async def join(self, channel: str, **fields: object) -> Json:
        return await self.ask("message", {"type": 1, "payload": {"channelId": channel, **fields}})

    async def send(self, text: str, channel: str = "lab", **fields: object) -> Json:
        payload = {"channelId": channel, "senderId": "user-123", "message": text, **fields}
        return await self.ask("message", {"type": 2, "payload": payload})

    async def until(self, name: str, accept: Accept = lambda _: True, after: int = 0) -> Json:
        """Return the first such event since `after`, waiting for it if it has not come."""
        while True:
            for number in range(after, len(self.events)):
                if self.events[number][0] == name and accept(self.events[number][1]):
                    return self.events[number][1]
            after = len(self.events)
            await self._hear()

    async def hear_all(self, patience_s: float = 0.2) -> None:
        """Hear whatever comes until nothing does."""
        try:
            while True:
                await asyncio.wait_for(self._hear(), patience_s)
        except TimeoutError:
            return

    def names(self, *wanted: str) -> list[str]:
        return [name for name, _ in self.events if not wanted or name in wanted]

    def of(self, name: str) -> list[Json]:
        return [payload for each, payload in self.events if each == name]

    async def wait_closed(self) -> None:
        assert self._connection is not None
        async with asyncio.timeout(10):
            while await self._connection.read_message() is not None:
                pass

    def lose(self) -> None:
        """Break the connection without a word."""
        assert self._connection is not None
        assert self._connection.protocol is not None
        stream = self._connection.protocol.stream
        assert stream is not None
        stream.close()
        self._connection.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    async def _hear(self) -> Json | None:
        """Take one frame; returns the handshake of CONNECT if it is that."""
        assert self._connection is not None
        data = await asyncio.wait_for(self._connection.read_message(), 10)
        if data is None:
            raise EOFError
        text = str(data)
        if text == "2":
            await self.say("3")
        elif text.startswith("40"):
            handshake: Json = json.loads(text[2:])
            return handshake
        elif text.startswith("44"):
            self.refusal = json.loads(text[2:])["message"]
        elif text.startswith("43"):
            number, _, rest = text[2:].partition("[")
            [self._acks[int(number)]] = json.loads("[" + rest)
        elif text.startswith("42"):
            name, payload, *offset = json.loads(text[2:])
            self.events.append((name, payload))
            self.offset = offset[0] if offset else self.offset
        return None


@asynccontextmanager
async def opened(
    chat: Any, headers: Json | None = None, **auth: object
) -> AsyncIterator[RawSocket]:
    """Connect with the server's token, or with what is given instead."""
    socket = RawSocket(chat.url, chat.headers if headers is None else headers, auth)
    await socket.connect()
    try:
        yield socket
    finally:
        socket.close()


@asynccontextmanager
async def joined(chat: Any, channel: str = "lab", **fields: object) -> AsyncIterator[RawSocket]:
    """Connect and join a room as ``user-123``."""
    async with opened(chat) as socket:
        await socket.join(channel, **{"entityId": "user-123", **fields})
        yield socket
