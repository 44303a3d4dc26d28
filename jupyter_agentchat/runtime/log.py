"""A channel's log: the one place that gives out its seq."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from jupyter_agentchat.bus.broker import Broker, Listener, Unsubscribe
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import AnyEvent, StreamDelta
from jupyter_agentchat.protocol.fold import Fold
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import Appended, Row, Sent

WINDOW_BYTES = 512 * 1024
"""The fold in memory is trimmed to this when it has doubled."""

Draft = Callable[[int, int], AnyEvent]
"""Makes an event from its seq and its wall time in µs."""


class Recorder(Protocol):
    """The part of the store's writer that a log needs."""

    def put(self, row: Row) -> None:
        """Queue a row for the next commit."""
        ...

    def has_room(self) -> bool:
        """Tell whether `admit` would return at once."""
        ...

    def admit(self) -> Awaitable[None]:
        """Wait for room in the queue."""
        ...

    def durable(self, channel: str, seq: int) -> Awaitable[None]:
        """Wait until the channel is durable up to `seq`."""
        ...

    def flush(self) -> Awaitable[None]:
        """Wait until all that was put is readable."""
        ...


class ChannelLog:
    """The sequencer of one channel, its fold, and reads of any part of it.

    All methods run on the event loop that owns the service. `append` is synchronous, so a
    snapshot and a position taken together are of one instant.

    Parameters
    ----------
    seq : int
        The last seq already in the log.
    """

    def __init__(
        self,
        fold: Fold,
        seq: int,
        *,
        store: Store,
        recorder: Recorder,
        broker: Broker,
        clock: Clock,
    ) -> None:
        self.fold = fold
        self.seq = seq
        self.epoch = store.epoch
        self._store = store
        self._recorder = recorder
        self._broker = broker
        self._clock = clock
        self._window = 0
        self.has_room = recorder.has_room
        """Tells whether `admit` would return at once; asked for every chunk."""

    @property
    def channel(self) -> Channel:
        """The channel as it is now."""
        return self.fold.channel

    @property
    def position(self) -> Position:
        """Where a reader of everything so far stands."""
        return Position(self.epoch, self.seq)

    def append(
        self,
        draft: Draft,
        *,
        provider_ns: int = 0,
        agent_ns: int = 0,
        sent: Sent | None = None,
    ) -> Publication:
        """Give the event its seq, hand it to the writer and to the readers.

        It is visible at once and durable later: see `durable`.
        """
        seq = self.seq + 1
        event = draft(seq, self._clock.wall_us())
        data = encode_event(event)
        publication = Publication(
            seq, event, data, provider_ns, agent_ns, self._clock.monotonic_ns()
        )
        self.seq = seq
        self.fold.apply(event)
        if not isinstance(event, StreamDelta):
            self._trim(len(data))
        name = self.fold.channel.id
        self._recorder.put(Appended(name, publication, sent))
        self._broker.publish(name, (publication,))
        return publication

    def record(self, row: Row) -> None:
        """Hand a row that is no event to the writer."""
        self._recorder.put(row)

    async def admit(self) -> None:
        """Wait for room in the writer's queue (policy ``block``)."""
        await self._recorder.admit()

    async def durable(self, seq: int) -> None:
        """Wait until everything up to `seq` survives a power cut."""
        await self._recorder.durable(self.channel.id, seq)

    def listen(self, listener: Listener) -> Unsubscribe:
        """Hear every publication from now on."""
        return self._broker.subscribe(self.channel.id, listener)

    async def read(self, after: int, limit: int) -> Sequence[Publication]:
        """Return up to `limit` publications with seq > `after`, gapless, from memory or store."""
        if after >= self.seq:
            return ()
        kept = self._broker.history(self.channel.id, after, limit)
        if kept is not None:
            return kept
        await self._recorder.flush()
        events = await asyncio.to_thread(self._store.read, self.channel.id, after, limit)
        return [_stored(event) for event in events]

    async def resumable(self, position: Position) -> str | None:
        """Return why `position` cannot be resumed, None if it can, exactly."""
        if position.epoch == self.epoch:
            end: int | None = self.seq
        else:
            end = await asyncio.to_thread(self._store.epoch_end, self.channel.id, position.epoch)
        if end is None:
            return "unknown epoch"
        if position.seq > end:
            return "position ahead of the log"
        return None

    def _trim(self, grown: int) -> None:
        self._window += grown
        if self._window > WINDOW_BYTES:
            self.fold.trim(WINDOW_BYTES)
            self._window = 0


def _stored(event: AnyEvent) -> Publication:
    seq = event.seq if isinstance(event.seq, int) else event.seq[1]
    return Publication(seq, event, encode_event(event), 0, 0, 0)
