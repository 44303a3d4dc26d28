"""Socket.IO packets as one run of WebSocket frames, and back.

An outlet joins what is due into one write, so what passes through it delimits itself. A
WebSocket takes such a run as it is; where a client polls, it is parted again.
"""

from __future__ import annotations

import struct

from jupyter_agentchat.socketio import Frame, Frames, encode_event
from jupyter_agentchat.web.framing import text_frame

_BINARY = 0x82  # FIN and the opcode, RFC 6455 §5.2
_MEDIUM, _LONG = 126, 127


def framed(frames: Frames) -> bytes:
    """Return `frames` as WebSocket frames."""
    return b"".join(
        [_binary(frame.data) if frame.binary else text_frame(frame.data) for frame in frames]
    )


def packed(namespace: str, name: str, *args: object, offset: str | None = None) -> bytes:
    """Return one event as WebSocket frames, for any number of clients.

    Raises
    ------
    InvalidInputError
        If the name is reserved, or an argument is not JSON.
    """
    return framed(encode_event(namespace, name, *args).frames(offset=offset))


def unframed(data: bytes) -> Frames:
    """Return the frames that `framed` made `data` of."""
    frames = []
    at = 0
    while at < len(data):
        kind, length = data[at], data[at + 1]
        at += 2
        if length == _MEDIUM:
            (length,) = struct.unpack_from("!H", data, at)
            at += 2
        elif length == _LONG:
            (length,) = struct.unpack_from("!Q", data, at)
            at += 8
        frames.append(Frame(data[at : at + length], kind == _BINARY))
        at += length
    return tuple(frames)


def _binary(payload: bytes) -> bytes:
    head = text_frame(payload)
    return bytes((_BINARY,)) + head[1:]
