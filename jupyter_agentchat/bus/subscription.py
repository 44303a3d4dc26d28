"""Batches of a channel's log, and a cursor that pulls them.

The log is the queue. A reader that keeps up gets each publication as it comes; one that lags
reads larger pages in which the chunks of a stream are merged.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Protocol, Self

from msgspec import Struct

from jupyter_agentchat.bus.broker import Listener, Unsubscribe
from jupyter_agentchat.protocol.codec import encode_event, merge_deltas
from jupyter_agentchat.protocol.events import AnyEvent
from jupyter_agentchat.protocol.publication import Publication

PAGE_EVENTS = 2048
"""Events read at once; with it a page is bounded in time as well."""
PAGE_BYTES = 512 * 1024
"""A page with more is cut; one event is always on it."""
MERGE_EVENTS = 1024
MERGE_BYTES = 128 * 1024
"""A page with more events, or more bytes, than these is merged."""


class Source(Protocol):
    """A channel's log, as a reader sees it."""

    @property
    def seq(self) -> int:
        """The last seq."""
        ...

    async def read(self, after: int, limit: int) -> Sequence[Publication]:
        """Return up to `limit` publications with seq > `after`, gapless."""
        ...

    def listen(self, listener: Listener) -> Unsubscribe:
        """Hear every publication from now on."""
        ...


class Item(Protocol):
    """One event of a batch with its JSON."""

    @property
    def event(self) -> AnyEvent:
        """The event."""
        ...

    @property
    def data(self) -> bytes:
        """Its JSON."""
        ...


class Merged(Struct, frozen=True):
    """What a reader that lags gets in place of several publications, or of one."""

    event: AnyEvent
    data: bytes


class Batch(Struct, frozen=True):
    """A contiguous range of the log, to be applied as a whole.

    Attributes
    ----------
    first, last : int
        The range of seq that `items` covers without a gap.
    publications : sequence of Publication
        The range unmerged, as the log holds it.
    items : sequence of Item
        What to send; chunks are merged where `merged` says so.
    """

    first: int
    last: int
    publications: Sequence[Publication]
    items: Sequence[Item]
    merged: bool


def page(cursor: int, publications: Sequence[Publication]) -> Batch:
    """Return the batch right after `cursor`: all of `publications`, or as many as a page holds."""
    size = count = 0
    for publication in publications:
        if count and size + len(publication.data) > PAGE_BYTES:
            publications = publications[:count]
            break
        size += len(publication.data)
        count += 1
    merged = count > MERGE_EVENTS or (size > MERGE_BYTES and count > 1)
    if merged:
        events = merge_deltas(each.event for each in publications)
        items: Sequence[Item] = [Merged(event, encode_event(event)) for event in events]
    else:
        items = publications
    return Batch(cursor + 1, publications[-1].seq, publications, items, merged)


class Subscription:
    """An asynchronous iterator over batches that begin right after `cursor`.

    It is for readers in this process; those behind a socket share a room (`bus.rooms`).

    Guarantees: each batch's `first` is the previous one's `last` + 1; nothing is queued for
    this reader beyond one page; the end of the iteration is `close`.

    Attributes
    ----------
    cursor : int
        The last seq handed out.
    replay_until : int
        What is at or below it is history; without it, the log's end when the subscription began.
    merges : int
        How many batches were merged.
    """

    def __init__(self, source: Source, cursor: int, replay_until: int | None = None) -> None:
        self._source = source
        self.cursor = cursor
        self.replay_until = source.seq if replay_until is None else replay_until
        self.merges = 0
        self._closed = False
        self._wake = asyncio.Event()
        self._unsubscribe = source.listen(lambda _: self._wake.set())

    @property
    def backlog(self) -> int:
        """Events that this reader has not been given."""
        return self._source.seq - self.cursor

    def __aiter__(self) -> AsyncIterator[Batch]:
        """Iterate over batches until `close`."""
        return self

    async def __anext__(self) -> Batch:
        """Return the next batch, waiting for one if there is none."""
        while not self._closed:
            self._wake.clear()
            if self._source.seq > self.cursor:
                batch = page(self.cursor, await self._source.read(self.cursor, PAGE_EVENTS))
                self.cursor = batch.last
                self.merges += batch.merged
                return batch
            await self._wake.wait()
        raise StopAsyncIteration

    def close(self) -> None:
        """End the iteration; twice does nothing."""
        self._closed = True
        self._unsubscribe()
        self._wake.set()

    def __enter__(self) -> Self:
        """Use as a context manager that closes."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()
