"""What a client may say over the native socket; `op` selects, `ref` is echoed in the answer."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from jupyter_agentchat.errors import (
    InvalidInputError,
    InvalidJSONError,
    TooLargeError,
    UnknownOperationError,
)
from jupyter_agentchat.protocol.model import Attachment
from jupyter_agentchat.protocol.offset import Offset

MAX_COMMAND_BYTES = 64 * 1024
"""A frame that carries no message text (reliability R22)."""
MAX_TEXT_BYTES = 1024 * 1024
"""A message's text in UTF-8, on every face."""
MAX_SEND_BYTES = MAX_TEXT_BYTES * 6 + MAX_COMMAND_BYTES
"""A frame whose text is wholly ``\\uXXXX``-escaped still arrives and is judged by its text."""


Instant = Annotated[int, Meta(ge=-(2**62), le=2**62)]
"""Nanoseconds of a monotonic clock, wherever that clock begins."""
Span = Annotated[int, Meta(ge=0, le=2**62)]
"""Nanoseconds between two instants."""
Rate = Annotated[int, Meta(ge=-(10**9), le=10**9)]
"""How much faster one clock is than another, in ns each second."""


class Command(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op"):
    """What all commands share."""

    ref: str | int | None = None


class Hello(Command, frozen=True, kw_only=True, tag="hello"):
    """The first frame; a page names its clock here, in nanoseconds of ``performance.now()``.

    `resolution_ns` is the smallest step that this clock was seen to take: browsers coarsen it.
    """

    protocol: int
    clock_id: str | None = None
    client: str | None = None
    resolution_ns: Span | None = None


class Subscribe(Command, frozen=True, kw_only=True, tag="subscribe"):
    """Join a channel after a position, or with a snapshot where `after` is null."""

    channel: str
    after: str | None = None


class Unsubscribe(Command, frozen=True, kw_only=True, tag="unsubscribe"):
    """Leave a channel."""

    channel: str


class Send(Command, frozen=True, kw_only=True, tag="send"):
    """Say something; `agents` are added to the channel, and exactly they answer."""

    channel: str
    text: str
    client_message_id: str | None = None
    agents: tuple[str, ...] | None = None
    reply_to: str | None = None
    parent: str | None = None
    attachments: tuple[Attachment, ...] = ()
    metadata: dict[str, Any] = {}
    t_intended: Instant | None = None
    """When a load plan meant it to be sent, in ns of the server's monotonic clock."""


class Edit(Command, frozen=True, kw_only=True, tag="edit"):
    """Give one's own message another text."""

    channel: str
    message: str
    text: str


class Delete(Command, frozen=True, kw_only=True, tag="delete"):
    """Delete one's own message."""

    channel: str
    message: str


class React(Command, frozen=True, kw_only=True, tag="react"):
    """Add a reaction; idempotent per (message, user, name)."""

    channel: str
    message: str
    name: str


class Unreact(Command, frozen=True, kw_only=True, tag="unreact"):
    """Take a reaction back; idempotent."""

    channel: str
    message: str
    name: str


class Pin(Command, frozen=True, kw_only=True, tag="pin"):
    """Pin a message for all, or take the pin away; idempotent."""

    channel: str
    message: str
    pinned: bool = True


class Cancel(Command, frozen=True, kw_only=True, tag="cancel"):
    """Stop a stream; acknowledged when it has stopped."""

    stream: str


class Regenerate(Command, frozen=True, kw_only=True, tag="regenerate"):
    """Answer the same message again, by the same agent, in a new stream."""

    stream: str


class Typing(Command, frozen=True, kw_only=True, tag="typing"):
    """Ephemeral: the user types, or stopped."""

    channel: str
    typing: bool


class Read(Command, frozen=True, kw_only=True, tag="read"):
    """The user has read up to `seq`."""

    channel: str
    seq: int


class Painted(Command, frozen=True, kw_only=True, tag="painted"):
    """When the chunk at `seq` reached this client, its DOM and its screen.

    Nanoseconds of the clock named in ``hello``; what a client has not got is left out.
    `hidden` marks a tab that was not visible.
    """

    channel: str
    seq: int
    client_ns: Instant
    dom_ns: Instant | UnsetType = UNSET
    paint_ns: Instant | UnsetType = UNSET
    hidden: bool = False


class SubscribeLogs(Command, frozen=True, kw_only=True, tag="subscribe_logs"):
    """Watch the server's log from now on, as ``log`` frames; again: with other filters.

    `level` is a name (``trace debug info warn error fatal``) or its number, 10 to 60.
    """

    agent: str | None = None
    level: str | int | None = None


class UnsubscribeLogs(Command, frozen=True, kw_only=True, tag="unsubscribe_logs"):
    """Watch it no longer."""


class Ping(Command, frozen=True, kw_only=True, tag="ping"):
    """Ask for the server's two instants, to estimate the clocks' offset.

    `t` is the client's own instant and comes back as it is. The others tell the server what
    earlier pings taught: at `t`, server clock minus client clock is `offset_ns`
    ± `uncertainty_ns`; it grows by `drift_ppb` ± `drift_uncertainty_ppb` ns each second;
    `rtt_ns` is the median round trip.
    """

    t: int
    offset_ns: Instant | UnsetType = UNSET
    uncertainty_ns: Span | UnsetType = UNSET
    drift_ppb: Rate = 0
    drift_uncertainty_ppb: Annotated[int, Meta(ge=0, le=10**9)] = 0
    rtt_ns: Span | None = None

    @property
    def offset(self) -> Offset | None:
        """The client's estimate, where it tells a whole one."""
        if self.offset_ns is UNSET or self.uncertainty_ns is UNSET:
            return None
        return Offset(
            at_ns=self.t,
            offset_ns=self.offset_ns,
            uncertainty_ns=self.uncertainty_ns,
            drift_ppb=self.drift_ppb,
            drift_uncertainty_ppb=self.drift_uncertainty_ppb,
        )


AnyCommand = (
    Hello
    | Subscribe
    | Unsubscribe
    | Send
    | Edit
    | Delete
    | React
    | Unreact
    | Pin
    | Cancel
    | Regenerate
    | Typing
    | Read
    | Painted
    | SubscribeLogs
    | UnsubscribeLogs
    | Ping
)

_DECODER = msgspec.json.Decoder(AnyCommand)
_OPS = frozenset(str(member.__struct_config__.tag) for member in AnyCommand.__args__)


class _Envelope(Struct):
    op: str | None = None
    ref: str | int | None = None


def decode_command(frame: str | bytes) -> AnyCommand:
    """Read one client frame.

    Raises
    ------
    InvalidJSONError
        If `frame` is not one JSON object.
    UnknownOperationError
        If its ``op`` does not exist.
    TooLargeError
        If a frame that is no ``send`` or ``edit`` exceeds 64 KiB.
    InvalidInputError
        If a field is missing or of the wrong type; the sentence names it.
    """
    try:
        command: AnyCommand = _DECODER.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise _explain(frame, error) from None
    if len(frame) > MAX_COMMAND_BYTES and not isinstance(command, Send | Edit):
        message = f"A command is at most {MAX_COMMAND_BYTES} bytes; this one has {len(frame)}."
        raise TooLargeError(message)
    return command


def command_ref(frame: str | bytes) -> str | int | None:
    """Return the ``ref`` of a frame that could not be decoded, where it has one."""
    try:
        return msgspec.json.decode(frame, type=_Envelope).ref
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _explain(frame: str | bytes, error: Exception) -> InvalidInputError:
    try:
        envelope = msgspec.json.decode(frame, type=_Envelope)
    except msgspec.ValidationError:
        return InvalidInputError('A command is a JSON object with a text "op".')
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return InvalidJSONError(f"The frame is not valid JSON: {error}.")
    if envelope.op not in _OPS:
        known = ", ".join(sorted(_OPS))
        return UnknownOperationError(f"There is no op {envelope.op!r}; the ops are {known}.")
    return InvalidInputError(f"The {envelope.op!r} command is wrong: {error}.")
