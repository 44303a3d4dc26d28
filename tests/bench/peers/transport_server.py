"""The limit of asyncio: ``transport.write`` of a ready WebSocket frame, and nothing else."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import socket
from collections import defaultdict

from tests.bench.peers import serving

ROOMS: dict[int, list[asyncio.Transport]] = defaultdict(list)
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_ROOM = re.compile(rb"room=(\d+)")
_KEY = re.compile(rb"sec-websocket-key:\s*(\S+)", re.IGNORECASE)
_SHORT = 126


def frame(payload: bytes) -> bytes:
    """Return an unmasked text frame (RFC 6455, section 5.2)."""
    size = len(payload)
    header = bytes([0x81, size]) if size < _SHORT else b"\x81\x7e" + size.to_bytes(2, "big")
    return header + payload


class Viewer(asyncio.Protocol):
    """One subscriber; what it says after the handshake is not read."""

    def __init__(self) -> None:
        self._request = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send small frames at once."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        """Join when the request is complete."""
        self._request += data
        if not self._request.endswith(b"\r\n\r\n"):
            return
        room, key = _ROOM.search(self._request), _KEY.search(self._request)
        assert room is not None
        assert key is not None
        digest = hashlib.sha1(key[1] + _GUID, usedforsecurity=False).digest()
        self._transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n" + frame(b"hello")
        )
        ROOMS[int(room[1])].append(self._transport)


def publish(room: int, message: str, index: int, text: str) -> None:
    """Write the same frame to each subscriber."""
    data = frame(serving.envelope(room, message, index, text).encode())
    for transport in ROOMS[room]:
        transport.write(data)


async def main() -> None:
    """Listen and play."""
    port = serving.options().port
    await asyncio.get_running_loop().create_server(Viewer, "127.0.0.1", port, backlog=1024)
    await serving.serve(publish)


if __name__ == "__main__":
    serving.run(main())
