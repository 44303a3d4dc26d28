"""The few bytes around a message on the wire: WebSocket frames and HTTP chunks."""

from __future__ import annotations

import struct

_SHORT, _MEDIUM = 126, 0x10000


def text_frame(payload: bytes) -> bytes:
    """Return one unmasked WebSocket text frame (RFC 6455 §5.2), as a server sends it."""
    size = len(payload)
    if size < _SHORT:
        head = struct.pack("!BB", 0x81, size)
    elif size < _MEDIUM:
        head = struct.pack("!BBH", 0x81, 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, 127, size)
    return head + payload


def http_chunk(payload: bytes) -> bytes:
    """Return one chunk of a chunked HTTP/1.1 body (RFC 9112 §7.1); `payload` is not empty."""
    return b"%x\r\n%b\r\n" % (len(payload), payload)
