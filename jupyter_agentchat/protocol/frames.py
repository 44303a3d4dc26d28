"""What the server says over the native socket, beside ``events`` batches (see `codec`)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from jupyter_agentchat.protocol.model import Author, ErrorInfo, Snapshot

PROTOCOL_VERSION = 1


class Frame(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op"):
    """Base of the server's frames."""


class Welcome(Frame, frozen=True, kw_only=True, tag="welcome"):
    """Answer to ``hello``: who the server says you are, and which clock stamps its instants."""

    protocol: int
    version: str
    connection: str
    user: Author
    clock_id: str


class Subscribed(Frame, frozen=True, kw_only=True, tag="subscribed"):
    """Where the reader stands now.

    With ``recovered`` the events after the reader's position follow; otherwise `snapshot` is
    the state at `position` and `reason` says why.
    """

    channel: str
    position: str
    recovered: bool
    ref: str | int | None = None
    reason: str | None = None
    snapshot: Snapshot | None = None


class Ack(Frame, frozen=True, kw_only=True, tag="ack"):
    """A command is done; for a send, its message and the ids of the answers to come."""

    ref: str | int | None = None
    message: str | None = None
    streams: tuple[str, ...] | None = None
    position: str | None = None
    duplicate: bool = False


class ErrorFrame(Frame, frozen=True, kw_only=True, tag="error"):
    """A command failed; the connection stays."""

    code: str
    message: str
    retry: bool
    ref: str | int | None = None

    @classmethod
    def of(cls, info: ErrorInfo, ref: str | int | None = None) -> ErrorFrame:
        """Frame `info` as the answer to `ref`."""
        return cls(code=info.code, message=info.message, retry=info.retry, ref=ref)


class TypingNotice(Frame, frozen=True, kw_only=True, tag="typing"):
    """Ephemeral: somebody types."""

    channel: str
    user: Author
    typing: bool


class Presence(Frame, frozen=True, kw_only=True, tag="presence"):
    """Ephemeral: who reads the channel now."""

    channel: str
    users: tuple[Author, ...]


class LogEntry(Frame, frozen=True, kw_only=True, tag="log"):
    """Ephemeral: a line of the server's log: ``level time msg logger agent channel stream``."""

    entry: dict[str, Any]


class Pong(Frame, frozen=True, kw_only=True, tag="pong"):
    """Answer to ``ping``: with the client's send and receive instants, the four NTP stamps."""

    t: int
    received_ns: int
    sent_ns: int
    ref: str | int | None = None


AnyFrame = Welcome | Subscribed | Ack | ErrorFrame | TypingNotice | Presence | LogEntry | Pong
