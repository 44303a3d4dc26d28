"""Events: the frozen, typed facts of a channel's log. They are the product."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from jupyter_agentchat.protocol.model import (
    Channel,
    ChunkKind,
    ErrorInfo,
    Message,
    Usage,
)

Span = tuple[int, int]


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", gc=False):
    """What all events share.

    Attributes
    ----------
    seq : int
        Place in the channel's log, gapless from 1. Merged deltas carry ``[first, last]``.
    t : int
        Server wall clock in microseconds.
    """

    seq: int | Span
    t: int


class MessageCreated(Event, frozen=True, kw_only=True, tag="message.created"):
    """Somebody said something."""

    message: Message


class MessageUpdated(Event, frozen=True, kw_only=True, tag="message.updated"):
    """A message has another text now."""

    message: str
    text: str


class MessageDeleted(Event, frozen=True, kw_only=True, tag="message.deleted"):
    """A message is shown as deleted; history keeps its place."""

    message: str


class MessageReaction(Event, frozen=True, kw_only=True, tag="message.reaction"):
    """A user added or took back a reaction."""

    message: str
    name: str
    user: str
    added: bool


class MessagePinned(Event, frozen=True, kw_only=True, tag="message.pinned"):
    """A user pinned a message for all, or took the pin away."""

    message: str
    user: str
    pinned: bool


class ChannelUpdated(Event, frozen=True, kw_only=True, tag="channel.updated"):
    """The channel as it is now; the first event of every channel."""

    channel: Channel


class ChannelCleared(Event, frozen=True, kw_only=True, tag="channel.cleared"):
    """Every earlier message is gone from view."""


class Read(Event, frozen=True, kw_only=True, tag="read"):
    """A user has read up to `upto`."""

    user: str
    upto: int


class StreamStarted(Event, frozen=True, kw_only=True, tag="stream.started"):
    """An agent's answer opens, and with it the agent's message (status ``streaming``)."""

    stream: str
    message: str
    agent: str
    reply_to: str | None = None
    parent: str | None = None
    model: str | None = None


class StreamDelta(Event, frozen=True, kw_only=True, tag="stream.delta"):
    """One chunk; `index` is contiguous from 0 within the stream, over all kinds."""

    stream: str
    index: int | Span
    text: str
    kind: ChunkKind = "text"


class StreamStatus(Event, frozen=True, kw_only=True, tag="stream.status"):
    """What the agent is doing, for people."""

    stream: str
    description: str
    done: bool = False
    hidden: bool = False


class StreamSource(Event, frozen=True, kw_only=True, tag="stream.source"):
    """A source that the answer cites; one with an ``id`` takes the place of an earlier one's."""

    stream: str
    source: dict[str, Any]


class StreamFile(Event, frozen=True, kw_only=True, tag="stream.file"):
    """A file that the answer brings."""

    stream: str
    file: dict[str, Any]


class StreamEmbed(Event, frozen=True, kw_only=True, tag="stream.embed"):
    """Something to embed beside the answer."""

    stream: str
    embed: dict[str, Any]


class StreamReplace(Event, frozen=True, kw_only=True, tag="stream.replace"):
    """The text so far is replaced; later chunks append to this."""

    stream: str
    text: str


class StreamUsage(Event, frozen=True, kw_only=True, tag="stream.usage"):
    """Tokens so far."""

    stream: str
    usage: Usage


class StreamEnd(Event, frozen=True, kw_only=True):
    """What the four terminal events share; exactly one of them ends each stream.

    `text` is the message's final text: its chunks of kind ``text``. `metadata` is the message's:
    what the agent adds for programs, such as the ``actions`` that it executed.
    """

    stream: str
    message: str
    text: str
    usage: Usage | None = None
    error: ErrorInfo | None = None
    reason: str | None = None
    metadata: dict[str, Any] = {}


class StreamCompleted(StreamEnd, frozen=True, kw_only=True, tag="stream.completed"):
    """The agent said all it wanted to; ``reason: "ignored"`` when that was nothing."""


class StreamFailed(StreamEnd, frozen=True, kw_only=True, tag="stream.failed"):
    """The agent or its model failed; what came before stays."""


class StreamCancelled(StreamEnd, frozen=True, kw_only=True, tag="stream.cancelled"):
    """Somebody pressed Stop."""


class StreamInterrupted(StreamEnd, frozen=True, kw_only=True, tag="stream.interrupted"):
    """The server or the agent's kernel went away."""


Terminal = StreamCompleted | StreamFailed | StreamCancelled | StreamInterrupted
TERMINAL = (StreamCompleted, StreamFailed, StreamCancelled, StreamInterrupted)
Annotation = StreamStatus | StreamSource | StreamFile | StreamEmbed
ANNOTATION = (StreamStatus, StreamSource, StreamFile, StreamEmbed)

AnyEvent = (
    MessageCreated
    | MessageUpdated
    | MessageDeleted
    | MessageReaction
    | MessagePinned
    | ChannelUpdated
    | ChannelCleared
    | Read
    | StreamStarted
    | StreamDelta
    | StreamStatus
    | StreamSource
    | StreamFile
    | StreamEmbed
    | StreamReplace
    | StreamUsage
    | StreamCompleted
    | StreamFailed
    | StreamCancelled
    | StreamInterrupted
)
"""Everything that takes a seq."""


def first_seq(event: Event) -> int:
    """Return the first seq that `event` covers."""
    return event.seq if isinstance(event.seq, int) else event.seq[0]


def last_seq(event: Event) -> int:
    """Return the last seq that `event` covers."""
    return event.seq if isinstance(event.seq, int) else event.seq[1]
