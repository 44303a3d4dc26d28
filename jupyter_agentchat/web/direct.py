"""The one module that knows the inside of Tornado: a ready frame straight to the socket.

`IOStream.write` makes a Future and goes through a buffer: 5 µs, where `socket.send` takes 1.2 µs.
While the stream has nothing queued, both put the same bytes at the same place of the connection.
What is private in Tornado (its write buffer, what a handler keeps of its answer) is looked at here
only; where it is not as expected, the public way is taken, or nothing is lost.
"""

from __future__ import annotations

import socket
from asyncio import Future
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import tornado
from tornado.httputil import HTTPHeaders
from tornado.iostream import IOStream, StreamClosedError
from tornado.util import ObjectDict
from tornado.web import RequestHandler
from tornado.websocket import WebSocketHandler

from jupyter_agentchat.errors import DisconnectedError

KNOWN = range(6, 7)
"""Tornado's major versions whose inside this module knows."""


SLICE_BYTES = 16 * 1024
"""What waits is known to so many bytes."""
UNSENT_BYTES = 128 * 1024
"""What the operating system may hold for one connection beyond what is on its way."""


_NO_HEADERS = HTTPHeaders()
_NO_TEMPLATES = ObjectDict()


def _nothing() -> None:
    """Stand in for a callback that was not set."""


class StreamSink:
    """Writes through Tornado's stream: right for every stream, TLS included.

    Its `write` is whole and in order with what Tornado itself writes (pings, closing frames).
    """

    def __init__(self, stream: IOStream) -> None:
        self.drained: Callable[[], None] = _nothing
        self._stream = stream
        self._given = 0
        self._taken = 0

    def write(self, data: bytes) -> bool:
        """Take `data`; True if nothing of it waits."""
        return self._queue(memoryview(data))

    def waiting(self) -> int:
        """Return the bytes that wait; they fall slice by slice."""
        return self._given - self._taken

    def _queue(self, data: memoryview) -> bool:
        stream = self._stream
        try:
            for start in range(0, len(data), SLICE_BYTES):
                part = data[start : start + SLICE_BYTES]
                future = stream.write(part)
                if stream.writing():
                    self._given += len(part)
                    future.add_done_callback(partial(self._written, len(part)))
        except StreamClosedError:
            raise DisconnectedError("The client has gone.") from None
        return not stream.writing()

    def _written(self, size: int, future: Future[None]) -> None:
        self._taken += size
        # Not `waiting`: what Tornado itself has queued behind it, a ping, ends without a call.
        if not future.cancelled() and future.exception() is None and self._given == self._taken:
            self.drained()


class DirectSink(StreamSink):
    """Writes to the socket of a plain stream as long as the stream has nothing queued."""

    def __init__(self, stream: IOStream) -> None:
        super().__init__(stream)
        self._buffer = stream._write_buffer  # noqa: SLF001 - see the module's docstring
        self._send = stream.socket.send

    def write(self, data: bytes) -> bool:
        """Take `data`; True if nothing of it waits."""
        if self._buffer._size:  # noqa: SLF001 - its len, without a call
            return self._queue(memoryview(data))
        try:
            count = self._send(data)
        except OSError:  # blocked, broken or closed: Tornado's own write knows what to do
            count = 0
        return count == len(data) or self._queue(memoryview(data)[count:])

    def waiting(self) -> int:
        """Return the bytes that wait."""
        size: int = self._buffer._size  # noqa: SLF001
        return size


def set_up(stream: IOStream) -> None:
    """Set a socket up for small writes.

    Nagle's algorithm is off. And the socket says soon that its peer is slow: Linux would
    otherwise take megabytes of chunks that a slow reader can better have merged.
    """
    stream.set_nodelay(True)
    with suppress(AttributeError, OSError):  # no such option here, or no TCP
        stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)


def sink_of(stream: IOStream) -> StreamSink:
    """Return the fastest sink that is right for `stream`, which is set up for small writes."""
    set_up(stream)
    is_known = tornado.version_info[0] in KNOWN and type(stream) is IOStream
    buffer = getattr(stream, "_write_buffer", None)
    is_same = isinstance(getattr(buffer, "_size", None), int) and not stream.closed()
    return DirectSink(stream) if is_known and is_same else StreamSink(stream)


def stream_of(handler: WebSocketHandler) -> IOStream:
    """Return the stream under an open WebSocket."""
    connection = handler.ws_connection
    if connection is None or connection.stream is None:
        raise DisconnectedError("The client has gone.")
    stream: IOStream = connection.stream
    return stream


def stream_under(handler: RequestHandler) -> IOStream:
    """Return the stream under a response whose head is written."""
    stream: IOStream | None = getattr(handler.request.connection, "stream", None)
    if stream is None:
        raise DisconnectedError("The client has gone.")
    return stream


class Unlogged:
    """A handler, once it is the first of its bases, whose requests the access log leaves out."""

    def _log(self) -> None:
        """Say nothing."""


def has_answered(handler: RequestHandler) -> bool:
    """Return whether a handler has answered already, as `prepare` does to a preflight."""
    return bool(getattr(handler, "_finished", False))


def blank_headers(handler: RequestHandler) -> None:
    """Give a handler that was not initialised headers to set, which nobody will see."""
    handler._headers = HTTPHeaders()  # noqa: SLF001 - see the module's docstring


def forget_response(handler: WebSocketHandler) -> None:
    """Drop what only an answer needs: an open WebSocket has none, and may be open for days."""
    handler._headers = _NO_HEADERS  # noqa: SLF001 - see the module's docstring
    handler.ui = _NO_TEMPLATES


def leave_raw(handler: RequestHandler) -> None:
    """Let a response's body pass as it is written: no compression by Tornado.

    A compressor would hold chunks back, and bytes that are shared among readers cannot pass it.
    """
    if isinstance(getattr(handler, "_transforms", None), list):
        handler._transforms = []  # noqa: SLF001 - see the module's docstring
    else:
        handler.set_header("Content-Encoding", "identity")  # which Tornado does not compress
