"""What a server can set; durations in milliseconds, as the wire has them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Transport = Literal["polling", "websocket"]

NANOSECONDS_PER_MILLISECOND = 1_000_000


def to_ns(milliseconds: int) -> int:
    """Return `milliseconds` in the unit of every instant here."""
    return milliseconds * NANOSECONDS_PER_MILLISECOND


class EngineSettings(Struct, frozen=True):
    """Settings of an Engine.IO server; the defaults are those of the reference server.

    Attributes
    ----------
    ping_interval_ms, ping_timeout_ms : int
        Time between pings, and how long an answer may take.
    max_payload : int
        Bytes that one frame or one POST may have.
    max_packets : int
        Packets that one POST may have; without it a payload of separators costs a packet a byte.
    upgrade_timeout_ms : int
        How long a second transport may take to complete its probe.
    linger_ms : int
        How long a session closed between two polls waits to tell the next one.
    transports : tuple of str
        What is offered; ``websocket`` is offered as an upgrade only if both are.
    """

    ping_interval_ms: int = 25_000
    ping_timeout_ms: int = 20_000
    max_payload: int = 1_000_000
    max_packets: int = 10_000
    upgrade_timeout_ms: int = 10_000
    linger_ms: int = 30_000
    transports: tuple[Transport, ...] = ("polling", "websocket")


class ConnectionSettings(Struct, frozen=True):
    """Settings of a Socket.IO connection.

    Attributes
    ----------
    connect_timeout_ms : int
        How long a client may stay without any namespace after the handshake.
    max_attachments : int
        Binary attachments that one packet may announce.
    max_depth : int
        Lists and objects that may be nested in one packet.
    max_owed_acks : int
        Events that may wait for our acknowledgement; beyond it the oldest is forgotten.
    """

    connect_timeout_ms: int = 10_000
    max_attachments: int = 10
    max_depth: int = 64
    max_owed_acks: int = 1_000
