"""Engine.IO packets in a WebSocket frame and in a polling payload.

Source: engine.io-protocol, revision 4, "Protocol" and "Packet encoding".
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from enum import IntEnum

import msgspec
from msgspec import Struct

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.socketio.errors import PacketError, PacketTooLargeError
from jupyter_agentchat.socketio.frames import Frame
from jupyter_agentchat.socketio.settings import EngineSettings, Transport

SEPARATOR = "\x1e"
_LONGEST_UTF8 = 4  # bytes a character can take


class EngineType(IntEnum):
    """The packet types, as the digit on the wire."""

    OPEN = 0
    CLOSE = 1
    PING = 2
    PONG = 3
    MESSAGE = 4
    UPGRADE = 5
    NOOP = 6


class EnginePacket(Struct, frozen=True):
    """One packet as received; only a message can carry bytes."""

    type: EngineType
    data: str | bytes = ""


CLOSE = Frame(b"1")
PING = Frame(b"2")
PROBE_ANSWER = Frame(b"3probe")
NOOP = Frame(b"6")


def open_frame(sid: str, transport: Transport, settings: EngineSettings) -> Frame:
    """Return the frame that answers a handshake over `transport`."""
    upgrades = (
        ["websocket"] if transport == "polling" and "websocket" in settings.transports else []
    )
    handshake = {
        "sid": sid,
        "upgrades": upgrades,
        "pingInterval": settings.ping_interval_ms,
        "pingTimeout": settings.ping_timeout_ms,
        "maxPayload": settings.max_payload,
    }
    return Frame(b"0" + msgspec.json.encode(handshake))


def message_frame(data: str | bytes) -> Frame:
    """Return the frame of one message.

    Raises
    ------
    InvalidInputError
        If text holds the record separator, which would end the packet where it is polled, or a
        lone surrogate, which UTF-8 cannot carry.
    """
    if isinstance(data, bytes):
        return Frame(data, binary=True)
    if SEPARATOR in data:
        raise InvalidInputError("A text message cannot hold U+001E: polling ends a packet there.")
    try:
        return Frame(b"4" + data.encode())
    except UnicodeEncodeError:
        raise InvalidInputError("A text message cannot hold a lone surrogate.") from None


def decode_frame(data: str | bytes, max_payload: int) -> EnginePacket:
    """Read one WebSocket frame: text holds any packet, bytes are a message.

    Raises
    ------
    PacketError
        If the text does not begin with a packet type.
    PacketTooLargeError
        If the frame has more than `max_payload` bytes.
    """
    if _exceeds(data, max_payload):
        raise PacketTooLargeError(f"A frame may have {max_payload} bytes; this one has more.")
    if isinstance(data, bytes):
        return EnginePacket(EngineType.MESSAGE, data)
    return _decode_text(data)


def encode_payload(frames: Iterable[Frame]) -> bytes:
    """Return the body that answers a poll: packets between separators, bytes in base64."""
    separator = SEPARATOR.encode()
    return separator.join(
        b"b" + binascii.b2a_base64(frame.data, newline=False) if frame.binary else frame.data
        for frame in frames
    )


def decode_payload(body: bytes, limits: EngineSettings) -> list[EnginePacket]:
    """Read the body of a POST, all of it or nothing.

    Raises
    ------
    PacketError
        If any packet is malformed, the body is not UTF-8, or it has too many packets.
    PacketTooLargeError
        If it has more than ``max_payload`` bytes.
    """
    if len(body) > limits.max_payload:
        message = f"A payload may have {limits.max_payload} bytes; this one has {len(body)}."
        raise PacketTooLargeError(message)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise PacketError("A payload is UTF-8 text; bytes go in base64 after 'b'.") from None
    if text.count(SEPARATOR) >= limits.max_packets:
        raise PacketError(f"A payload may have {limits.max_packets} packets; this one has more.")
    return [_decode_polled(part) for part in text.split(SEPARATOR)]


def _decode_polled(text: str) -> EnginePacket:
    if not text.startswith("b"):
        return _decode_text(text)
    try:
        data = binascii.a2b_base64(text[1:], strict_mode=True)
    except ValueError:
        raise PacketError("What follows 'b' in a payload is base64 with padding.") from None
    return EnginePacket(EngineType.MESSAGE, data)


def _decode_text(text: str) -> EnginePacket:
    digit = text[:1]
    if digit not in _TYPES:
        raise PacketError(f"A packet begins with its type, 0 to 6, not with {digit!r}.")
    return EnginePacket(_TYPES[digit], text[1:])


_TYPES = {str(int(kind)): kind for kind in EngineType}


def _exceeds(data: str | bytes, limit: int) -> bool:
    if isinstance(data, bytes) or len(data) > limit:
        return len(data) > limit
    if len(data) * _LONGEST_UTF8 <= limit:
        return False
    return len(data.encode(errors="surrogatepass")) > limit
