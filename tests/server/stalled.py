"""Clients that read when they are told to, over sockets with small buffers."""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import struct
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Self
from urllib.parse import urlsplit

Json = dict[str, Any]
RECEIVE_BYTES = 4096


class Stalled:
    """A TCP connection whose peer's bytes stay where they are until `read` asks for them."""

    def __init__(self, url: str, token: str) -> None:
        self._base = urlsplit(url)
        self._token = token
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
        self._socket.setblocking(False)
        self.data = bytearray()
        self.is_over = False

    async def open(self, path: str, *headers: str, body: bytes | None = None) -> None:
        """Connect, send a request (a POST if it has a body) and read the head of the answer."""
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._socket, (self._base.hostname, self._base.port))
        lines = [
            f"{'GET' if body is None else 'POST'} {self._base.path}agentchat/{path} HTTP/1.1",
            f"Host: {self._base.netloc}",
            f"Authorization: token {self._token}",
            *([] if body is None else [f"Content-Length: {len(body)}"]),
            *headers,
        ]
        head = "\r\n".join([*lines, "", ""]).encode()
        await loop.sock_sendall(self._socket, head + (body or b""))
        await self.read(lambda: b"\r\n\r\n" in self.data)
        self.head, _, rest = bytes(self.data).partition(b"\r\n\r\n")
        self.data = bytearray(rest)

    async def web_socket(self) -> None:
        """Open the native WebSocket."""
        await self.open(
            "ws",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Extensions: permessage-deflate",
        )
        assert b" 101 " in self.head

    async def say(self, op: str, **fields: object) -> None:
        """Send a command; blocks while the server reads nothing."""
        await asyncio.get_running_loop().sock_sendall(self._socket, masked(op, **fields))

    async def read(self, enough: Callable[[], bool] | None = None) -> None:
        """Read until `enough` says so, or the server has closed."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(20):
            while not (self.is_over or (enough is not None and enough())):
                try:
                    data = await loop.sock_recv(self._socket, 1 << 16)
                except ConnectionResetError:
                    data = b""
                self.data += data
                self.is_over = not data

    async def more(self) -> None:
        """Read what there is, once there is any."""
        known = len(self.data)
        await self.read(lambda: len(self.data) > known)

    def close(self) -> None:
        """Go away."""
        self._socket.close()

    def __enter__(self) -> Self:
        """Use as a context manager that closes."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Yield (opcode, payload) of the whole WebSocket frames that were read."""
        at = 0
        while at + 2 <= len(self.data):
            size, head = self.data[at + 1], 2
            if size == 126:
                (size,), head = struct.unpack_from("!H", self.data, at + 2), 4
            elif size == 127:
                (size,), head = struct.unpack_from("!Q", self.data, at + 2), 10
            if at + head + size > len(self.data):
                return
            yield self.data[at] & 15, bytes(self.data[at + head : at + head + size])
            at += head + size

    def heard(self) -> list[Json]:
        """Return the server's messages."""
        return [json.loads(payload) for opcode, payload in self.frames() if opcode == 1]

    def close_code(self) -> int | None:
        """Return the code of the server's closing frame."""
        for opcode, payload in self.frames():
            if opcode == 8:
                return int.from_bytes(payload[:2], "big")
        return None


def masked(op: str, **fields: object) -> bytes:
    """Return a command as a client's text frame; the mask is zero, so the payload is plain."""
    payload = json.dumps({"op": op, **fields}).encode()
    size = len(payload)
    head = bytes([0x81, 0x80 | size]) if size < 126 else struct.pack("!BBH", 0x81, 0xFE, size)
    return head + bytes(4) + payload


def events_of(frames: list[Json]) -> list[Json]:
    """Return the events of all batches, which must be contiguous."""
    batches = [frame for frame in frames if frame["op"] == "events"]
    for one, two in pairwise(batches):
        assert two["first"] == one["last"] + 1
    return [event for batch in batches for event in batch["events"]]


def digest(events: list[Json]) -> str:
    """Return the sha256 of all chunks' text."""
    text = "".join(event["text"] for event in events if event["type"] == "stream.delta")
    return hashlib.sha256(text.encode()).hexdigest()
