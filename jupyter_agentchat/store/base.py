"""What the package asks of a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from jupyter_agentchat.protocol.events import AnyEvent
from jupyter_agentchat.protocol.model import Channel, Message, Snapshot
from jupyter_agentchat.store.rows import ConnectionRow, Row, Segment, Sent, StampBlock, StreamRow


class Head(Struct, frozen=True):
    """Where a channel's durable log ends, and what it looks like there."""

    seq: int
    snapshot: Snapshot
    deleted: bool = False


class Unfinished(Struct, frozen=True):
    """A stream that the last process did not end."""

    channel: str
    stream: str
    message: str
    text: str
    """Its durable chunks of kind text."""
    row: StreamRow | None


class Page(Struct, frozen=True):
    """Messages in ascending seq, and the cursors of what lies around them."""

    messages: tuple[Message, ...]
    before: int | None
    after: int | None


class EventRow(Struct, frozen=True):
    """One event as the `events` frame shows it."""

    seq: int
    type: str
    t: int
    data: bytes


class Store(Protocol):
    """The durable log. Every method blocks; call it from a thread, never from the loop.

    Guarantees
    ----------
    Atomicity
        `write` commits all of its rows or none.
    Order
        Rows of one channel are written in seq order, so what is durable is always a prefix.
    Durability
        After ``write(..., full=True)`` returns, its rows and all earlier ones survive a power
        cut; without `full` they survive the death of the process. ``write([], full=True)`` only
        does the former.
    Repetition
        An event that is there already is left as it is, so that a batch may be written again
        after a failure whose outcome is unknown; another event under its seq is an error.
    Integrity
        A gap or a flipped bit is reported as `StoreError`, never served.
    Reading
        Reads see every `write` that has returned, may run beside one, and never block it.
    Ownership
        One process owns a store; opening an owned one raises `StoreLockedError`.

    Errors are `StoreError` and its subclasses; a foreign exception never leaves a store.
    """

    epoch: str
    """This opening: random, durable before the constructor returns."""

    def write(self, rows: Sequence[Row], *, full: bool) -> None:
        """Commit `rows` in one transaction."""
        ...

    def committed(self, channel: str, first: int, last: int, store_ns: int) -> None:
        """Remember when the chunks with first ≤ seq ≤ last became durable (kept lazily)."""
        ...

    def tidy(self, *, quiet: bool) -> bool:
        """Do one step of housekeeping; False if none was left to do.

        Small segments become blocks of about 1,000 chunks, in which every event and instant is
        as before. Where nothing is going on (`quiet`), blocks that cannot be filled yet are made
        too, and free space goes back to the disk. Called from the thread that writes.
        """
        ...

    def close(self) -> None:
        """Write what is lazy, release the file and its lock."""
        ...

    # The log

    def channels(self) -> list[tuple[Channel, int]]:
        """Return all channels with their last seq, deleted ones left out."""
        ...

    def head(self, channel: str) -> Head | None:
        """Return a channel's end, None if it has never existed."""
        ...

    def epoch_end(self, channel: str, epoch: str) -> int | None:
        """Return the last durable seq of `epoch` in `channel`; None if the epoch is unknown.

        For the current epoch, the last durable seq.
        """
        ...

    def read(self, channel: str, after: int, limit: int) -> list[AnyEvent]:
        """Return up to `limit` events with seq > `after`, gapless, ascending."""
        ...

    def page(self, channel: str, *, before: int | None, after: int | None, limit: int) -> Page:
        """Return the newest messages before a seq, or the oldest after one."""
        ...

    def message(self, channel: str, message: str) -> Message | None:
        """Return one message as it is now; None if it does not exist or was cleared away."""
        ...

    def sent(self, channel: str, sender: str, client_message_id: str) -> Sent | None:
        """Return the first send under this id."""
        ...

    def stream(self, stream: str) -> StreamRow | None:
        """Return one stream's row."""
        ...

    def unfinished(self) -> list[Unfinished]:
        """Return the streams whose message is still ``streaming``."""
        ...

    def set_deleted(self, channel: str, *, deleted: bool) -> None:
        """Hide or show a channel; its seq goes on."""
        ...

    # The frames: since ≤ t < until in wall microseconds, None is open; of all channels, hidden
    # ones are left out. Each iterator shows one moment of the log; close it or run it to its end.

    def messages(
        self, channel: str | None, since: int | None, until: int | None
    ) -> Iterator[Message]:
        """Return messages by channel and seq; those deleted or cleared away as deleted."""
        ...

    def events(
        self, channel: str | None, since: int | None, until: int | None
    ) -> Iterator[tuple[str, EventRow]]:
        """Return (channel, event) by channel and seq, deltas included."""
        ...

    def segments(
        self, channel: str | None, since: int | None, until: int | None
    ) -> Iterator[tuple[str, Segment]]:
        """Return (channel, block) by channel and seq; blocks may reach over `since` and `until`."""
        ...

    def n_chunks(self, channel: str | None, since: int | None, until: int | None) -> int:
        """Return how many chunks the blocks of `segments` hold at present."""
        ...

    def streams(
        self, channel: str | None, since: int | None, until: int | None
    ) -> Iterator[StreamRow]:
        """Return streams by their start."""
        ...

    def connections(self, since: int | None, until: int | None) -> Iterator[ConnectionRow]:
        """Return connections by their opening."""
        ...

    def stamps(self, channel: str | None, since: int | None = None) -> Iterator[StampBlock]:
        """Return late hops, those of a channel in the order they were written.

        Blocks that tell only of chunks before `since` may be left out.
        """
        ...
