"""One reader of the native socket that counts every byte and may stop reading."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urlsplit

from tests.bench.ours import TOKEN

_TWO, _EIGHT = 126, 127  # RFC 6455, section 5.2: where the length stands in 2 or 8 bytes more
_PING, _PONG = 9, 10


class Reader:
    """A blocking WebSocket client of the standard library's sockets.

    Parameters
    ----------
    receive_buffer : int
        SO_RCVBUF; small, so that a reader that stops holds the server up soon.

    Attributes
    ----------
    received : int
        Bytes that came after the HTTP head.
    """

    def __init__(self, url: str, *, receive_buffer: int = 0) -> None:
        self.received = 0
        self._data = bytearray()
        address = urlsplit(url)
        self._socket = socket.socket()
        if receive_buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.settimeout(30)
        self._socket.connect((address.hostname or "", address.port or 80))
        self._socket.sendall(
            f"GET {address.path}agentchat/ws HTTP/1.1\r\nHost: {address.netloc}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Authorization: token {TOKEN}\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._data:
            self._data += self._socket.recv(1)
        self._data.clear()

    def say(self, **command: object) -> None:
        """Send one command."""
        self._send(1, json.dumps(command).encode())

    def subscribe(self, channel: str, after: str | None = None) -> dict[str, Any]:
        """Join a channel and return its answer."""
        self.say(op="hello", protocol=1)
        self.say(op="subscribe", channel=channel, after=after)
        return self.until("subscribed")

    def until(self, op: str) -> dict[str, Any]:
        """Return the first frame of this op."""
        return next(frame for frame in self if frame["op"] == op)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Iterate over the frames."""
        while True:
            opcode, payload = self._frame()
            if opcode == 1:
                yield json.loads(payload)
            elif opcode == _PING:
                self._send(_PONG, payload)
            elif opcode != _PONG:
                raise EOFError("the server closed the socket")

    def close(self) -> None:
        """Leave without a word."""
        self._socket.close()

    def __enter__(self) -> Self:
        """Use as a context manager that closes."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()

    def _frame(self) -> tuple[int, bytes]:
        opcode, length = self._take(2)
        if length == _TWO:
            length = int.from_bytes(self._take(2), "big")
        elif length == _EIGHT:
            length = int.from_bytes(self._take(8), "big")
        return opcode & 15, self._take(length)

    def _take(self, count: int) -> bytes:
        while len(self._data) < count:
            data = self._socket.recv(65536)
            if not data:
                raise EOFError("the server hung up")
            self.received += len(data)
            self._data += data
        taken = bytes(self._data[:count])
        del self._data[:count]
        return taken

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        length = bytes([0x80 | size]) if size < _TWO else b"\xfe" + size.to_bytes(2, "big")
        # A mask of zeroes changes nothing.
        self._socket.sendall(bytes([0x80 | opcode]) + length + bytes(4) + payload)
