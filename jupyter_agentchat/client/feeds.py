"""The channels that a remote connection reads, each shared by its listeners."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from jupyter_agentchat.client.transport import Received
from jupyter_agentchat.errors import AgentChatError, DisconnectedError
from jupyter_agentchat.protocol.codec import EventBatch, merge_deltas
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    StreamCancelled,
    StreamCompleted,
    StreamFailed,
    StreamInterrupted,
    Terminal,
)
from jupyter_agentchat.protocol.frames import Subscribed
from jupyter_agentchat.protocol.model import Message, Snapshot
from jupyter_agentchat.protocol.position import Position

MAX_EVENTS = 8192
MAX_BYTES = 8 * 1024 * 1024
"""What may wait for one listener."""
READ = "messages() has what it said."

_ENDS: dict[str, type[Terminal]] = {
    "complete": StreamCompleted,
    "failed": StreamFailed,
    "cancelled": StreamCancelled,
    "interrupted": StreamInterrupted,
}


class RemoteFeed:
    """One listener's queue, bounded.

    A feed that is narrowed to one stream merges that stream's chunks when too many wait; the
    answer's own bound is then the queue's. Any other feed says `is_full`, and its room reads no
    further until `has_room`: the log is the queue.
    """

    def __init__(
        self,
        leave: Callable[[RemoteFeed], Awaitable[None]],
        drained: Callable[[], None] = lambda: None,
    ) -> None:
        self.stream: str | None = None
        self.merges = 0
        self._leave = leave
        self._drained = drained
        self._waiting: deque[tuple[Received, int]] = deque()
        self._events = self._bytes = 0
        self._end: AgentChatError | None = None
        self._is_closed = False
        self._wake = asyncio.Event()

    @property
    def is_full(self) -> bool:
        """Whether more would be too much."""
        return self.stream is None and (self._events > MAX_EVENTS or self._bytes > MAX_BYTES)

    @property
    def has_room(self) -> bool:
        """Whether at least half of the bound is free."""
        return (
            self.stream is not None
            or self._is_closed
            or (self._events <= MAX_EVENTS // 2 and self._bytes <= MAX_BYTES // 2)
        )

    def narrow(self, stream: str) -> None:
        """Keep only this stream's events from now on."""
        self.stream = stream
        waiting = list(self._waiting)
        self._waiting.clear()
        self._events = self._bytes = 0
        for received, size in waiting:
            self.put(received, size)
        self._drained()

    def put(self, received: Received, size: int = 0) -> None:
        """Add events; `size` is what they had on the wire, in bytes."""
        if self.stream is not None:
            wanted = [each for each in received.events if stream_of(each) == self.stream]
            if not wanted:
                return
            received = Received(wanted, received.received_ns)
        self._waiting.append((received, size))
        self._events += len(received.events)
        self._bytes += size
        if self.stream is not None and self._events > MAX_EVENTS:
            self._merge()
        self._wake.set()

    def end(self, error: AgentChatError | None) -> None:
        """End the iteration once what waits is read: with an error, or quietly."""
        self._end, self._is_closed = self._end or error, True
        self._wake.set()

    async def __aiter__(self) -> AsyncIterator[Received]:
        """Iterate until `close`; raises `DisconnectedError` if the connection is lost."""
        while True:
            while self._waiting:
                received, size = self._waiting.popleft()
                self._events -= len(received.events)
                self._bytes -= size
                self._drained()
                yield received
            if self._is_closed:
                break
            self._wake.clear()
            await self._wake.wait()
        if self._end is not None:
            raise self._end

    async def close(self) -> None:
        """Stop listening."""
        self.end(None)
        await self._leave(self)

    def _merge(self) -> None:
        merged = merge_deltas(event for each, _ in self._waiting for event in each.events)
        last_ns = self._waiting[-1][0].received_ns
        self._waiting = deque([(Received(merged, last_ns), self._bytes)])
        self._events = len(merged)
        self.merges += 1


class Room:
    """One channel's position and listeners on this side of the connection."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.position: Position | None = None
        self.feeds: set[RemoteFeed] = set()
        self.is_paused = False
        """Whether the server was asked to send no more, because a listener is behind."""

    @property
    def is_full(self) -> bool:
        """Whether a listener can take no more."""
        return any(feed.is_full for feed in self.feeds)

    @property
    def has_room(self) -> bool:
        """Whether every listener has room again."""
        return all(feed.has_room for feed in self.feeds)

    def follows(self, batch: EventBatch) -> bool:
        """Whether `batch` begins right after the position."""
        return self.position is not None and batch.first == self.position.seq + 1

    def take(self, batch: EventBatch, received_ns: int, size: int = 0) -> None:
        """Apply a batch that follows."""
        self.position = Position(batch.epoch, batch.last)
        self._tell(Received(batch.events, received_ns), size)

    def stand(self, frame: Subscribed, received_ns: int) -> None:
        """Take the answer to a subscription.

        One that recovered never moves the position back: what was read since it was asked for
        is not read twice. After a gap that cannot be filled the snapshot says what has ended.
        """
        position = Position.parse(frame.position)
        if self.position is not None and frame.recovered:
            self.position = Position(position.epoch, max(position.seq, self.position.seq))
            return
        if self.position is not None and frame.snapshot is not None:
            self._tell(Received(list(_ends(frame.snapshot.messages)), received_ns))
            self._miss(frame.snapshot)
        self.position = position

    def lose(self, error: AgentChatError) -> None:
        """End every listener's iteration with an error."""
        for feed in self.feeds:
            feed.end(error)

    def _tell(self, received: Received, size: int = 0) -> None:
        for feed in self.feeds:
            feed.put(received, size)

    def _miss(self, snapshot: Snapshot) -> None:
        """Tell the listeners of streams that the snapshot does not show: no end will come."""
        shown = {each.stream for each in snapshot.live}
        shown |= {each.stream for each in snapshot.messages if each.stream is not None}
        for feed in self.feeds:
            if feed.stream is not None and feed.stream not in shown:
                message = f"The answer {feed.stream} went on while the connection was away; {READ}"
                feed.end(DisconnectedError(message))


def stream_of(event: AnyEvent) -> str | None:
    """Return the stream that an event belongs to."""
    return getattr(event, "stream", None)


def _ends(messages: tuple[Message, ...]) -> list[AnyEvent]:
    return [
        _ENDS[message.status](
            seq=message.seq,
            t=message.created_at,
            stream=message.stream,
            message=message.id,
            text=message.text,
            usage=message.usage,
            error=message.error,
            reason=message.reason,
        )
        for message in messages
        if message.stream is not None and message.status in _ENDS
    ]
