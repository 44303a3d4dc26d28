"""The rows a store keeps beside the events; plain facts, integer nanoseconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from jupyter_agentchat.protocol.offset import Offset
from jupyter_agentchat.protocol.publication import Publication


class Sent(Struct, frozen=True):
    """The first answer to a ``client_message_id``; unique per (channel, sender) for ever."""

    sender: str
    client_message_id: str
    body_hash: str
    """sha256 over text, agents, reply_to and attachments."""
    message: str
    streams: tuple[str, ...]
    seq: int
    """The seq of the message's event: the answer's position."""


class Appended(Struct, frozen=True):
    """One event for the log; with the send it belongs to, where it has one."""

    channel: str
    publication: Publication
    sent: Sent | None = None


class StreamRow(Struct, frozen=True, kw_only=True):
    """One stream, as `Log.streams` shows it; written when it starts and again when it ends.

    Instants are monotonic nanoseconds of `clock_id`; None where the stream has none.
    """

    stream: str
    channel: str
    message: str
    agent: str
    model: str | None = None
    provider: str | None = None
    transport: str | None = None
    """Of the connection that sent the request: ws, sse, http, embedded, …"""
    connection: str | None = None
    """The connection that sent the request."""
    t_intended: int | None = None
    t_request: int
    t_first_chunk: int | None = None
    t_first_content: int | None = None
    t_last_content: int | None = None
    t_end: int | None = None
    n_chunks: int = 0
    n_tokens: int | None = None
    token_source: str = "unknown"
    n_chars: int = 0
    n_bytes: int = 0
    status: str = "streaming"
    error: str | None = None
    clock_id: str
    started_us: int
    """Wall clock, for since= and until= and for display."""


class ConnectionRow(Struct, frozen=True, kw_only=True):
    """One connection of a reader; written when it opens and again when it closes."""

    connection: str
    transport: str
    user: str
    opened: int
    closed: int | None = None
    close_code: int | None = None
    resumed_from: str | None = None
    recovered: bool | None = None
    bytes_in: int = 0
    bytes_out: int = 0
    rtt_p50_ns: int | None = None
    merges: int | None = None
    """Deltas that went out in another's message, because the reader lagged; None: not counted."""
    dropped: int | None = None
    """Ephemeral events that were left out for it; nothing durable ever is."""
    backlog_max: int | None = None
    """Most events that waited for it at a time."""
    queue_max_bytes: int | None = None
    """Most bytes that waited for it at a time."""
    resolution_ns: int | None = None
    """The smallest step of the client's clock that it saw."""
    clock_id: str
    opened_us: int


class Stamps(Struct, frozen=True, kw_only=True):
    """When the chunks of a channel reached one connection; late hops, in columns.

    `index` is ascending: the chunks of `stream`, a row for each. The instants' columns are empty
    or as long, with 0 for an instant that is missing.
    With `after` there is a row for each flush instead, and `index` holds the seq of its last
    event: it brought the chunks from right after the row before, the first one those from right
    after the seq `after` on; of `stream` only, or of all streams if that is None. One
    whose `socket_ns` is 0 brought nothing.
    `socket_ns` is on the server's clock `clock_id`. `client_ns`, `dom_ns` and `paint_ns` are on
    `client_clock_id`, whose smallest step is `resolution_ns`. A client's instant c is
    c + `offset_ns` + (c - `offset_at_ns`) * `drift_ppb` / 10^9 of the server's clock, off by no
    more than `uncertainty_ns`, the largest that any of them has.
    Several rows of one (stream, connection) may exist; a later instant fills a 0 of an earlier.
    """

    channel: str
    stream: str | None
    connection: str
    clock_id: str
    index: Sequence[int]
    socket_ns: Sequence[int] = ()
    client_ns: Sequence[int] = ()
    dom_ns: Sequence[int] = ()
    paint_ns: Sequence[int] = ()
    client_clock_id: str | None = None
    offset_ns: int | None = None
    uncertainty_ns: int | None = None
    is_replay: bool = False
    hidden: bool = False
    offset_at_ns: int = 0
    drift_ppb: int = 0
    resolution_ns: int | None = None
    after: int | None = None

    def on_server(self, offset: Offset) -> Stamps:
        """Return the same with what turns the client's instants into the server's."""
        theirs = [
            each for column in (self.client_ns, self.dom_ns, self.paint_ns) for each in column
        ]
        return replace(
            self,
            offset_ns=offset.offset_ns,
            offset_at_ns=offset.at_ns,
            drift_ppb=offset.drift_ppb,
            uncertainty_ns=max(offset.uncertainty_at(each) for each in theirs if each),
        )


class Run(Struct, frozen=True, array_like=True, kw_only=True, omit_defaults=True):
    """Neighbouring rows of a `StampBlock`: what one `Stamps` says of them all."""

    stream: str | None
    connection: str
    clock_id: str
    count: int
    told: int
    """Which instants it had, as bits: socket (the lowest), client, dom, paint."""
    client_clock_id: str | None = None
    offset_ns: int | None = None
    uncertainty_ns: int | None = None
    is_replay: bool = False
    hidden: bool = False
    offset_at_ns: int = 0
    drift_ppb: int = 0
    resolution_ns: int | None = None
    after: int | None = None


class StampBlock(Protocol):
    """Stamps of one channel in columns, in the order they were written.

    The columns are memoryviews of native-endian int64 (``q``), as long as all runs together; 0 is
    an instant that is missing. `index` is that of a chunk, or in runs with `after` a flush's seq.
    """

    channel: str
    runs: tuple[Run, ...]
    index: memoryview
    socket_ns: memoryview
    client_ns: memoryview
    dom_ns: memoryview
    paint_ns: memoryview

    def __len__(self) -> int:
        """Return the number of rows."""
        ...


class Segment(Protocol):
    """A block of chunks of one channel, in columns, ascending by seq.

    `stream` and `kind` are codes into `streams` and `kinds`; `text` holds the chunks' UTF-8 end
    to end, chunk i being ``text[offsets[i]:offsets[i + 1]]``. The columns are memoryviews of
    native-endian int64 (``q``), int32 (``i``) and int8 (``b``), so that numpy and Arrow read
    them without a copy. `store_ns` is the instant of the commit, 0 while it is not recorded.
    """

    streams: tuple[str, ...]
    kinds: tuple[str, ...]
    seq: memoryview
    t: memoryview
    stream: memoryview
    index: memoryview
    kind: memoryview
    provider_ns: memoryview
    agent_ns: memoryview
    bus_ns: memoryview
    store_ns: memoryview
    offsets: memoryview
    text: memoryview

    def __len__(self) -> int:
        """Return the number of chunks."""
        ...


Row = Appended | StreamRow | ConnectionRow | Stamps
"""What a writer takes."""
