"""What an Engine.IO session tells its shell: what happened, and what to do on the wire.

A shell goes through them in order. `peer` is what the shell itself handed in with a request or
a socket, unchanged.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from jupyter_agentchat.socketio.frames import Frames


class CloseReason(StrEnum):
    """Why a session ended; the words are those of the reference server."""

    TRANSPORT_CLOSE = "transport close"
    TRANSPORT_ERROR = "transport error"
    PING_TIMEOUT = "ping timeout"
    PARSE_ERROR = "parse error"
    SERVER_CLOSE = "forced server close"
    CONNECT_TIMEOUT = "connect timeout"
    CLIENT_LEFT = "client namespace disconnect"
    SERVER_LEFT = "server namespace disconnect"

    @property
    def recoverable(self) -> bool:
        """Whether the client may come back to the same state: it lost the wire, not the wish."""
        return self in _RECOVERABLE


_RECOVERABLE = frozenset(
    {
        CloseReason.TRANSPORT_CLOSE,
        CloseReason.TRANSPORT_ERROR,
        CloseReason.PING_TIMEOUT,
        CloseReason.SERVER_CLOSE,
    }
)


class MessageReceived(Struct, frozen=True):
    """The client sent a message: text, or bytes."""

    data: str | bytes


class TransportUpgraded(Struct, frozen=True):
    """The session moved from polling to its WebSocket."""


class SessionClosed(Struct, frozen=True):
    """The session ended; comes exactly once. `detail` is for the log."""

    reason: CloseReason
    detail: str = ""


class Answer(Struct, frozen=True):
    """Answer the HTTP request `peer` with `body` and close it."""

    peer: object
    status: int
    body: bytes
    content_type: str = "text/plain; charset=UTF-8"


class Write(Struct, frozen=True):
    """Write each frame to the WebSocket `peer`, in order.

    A ping comes alone in its `Write`, so that a shell with a backlog can put it in front.
    """

    peer: object
    frames: Frames


class Close(Struct, frozen=True):
    """Close the WebSocket `peer`, after what was written to it."""

    peer: object


EngineEvent = MessageReceived | TransportUpgraded | SessionClosed | Answer | Write | Close
