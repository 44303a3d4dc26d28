"""The channels that a remote connection reads, each shared by its listeners."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from jupyter_agentchat.client.transport import Received
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.protocol.codec import EventBatch
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    StreamCancelled,
    StreamCompleted,
    StreamFailed,
    StreamInterrupted,
    Terminal,
)
from jupyter_agentchat.protocol.frames import Subscribed
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.protocol.position import Position

_ENDS: dict[str, type[Terminal]] = {
    "complete": StreamCompleted,
    "failed": StreamFailed,
    "cancelled": StreamCancelled,
    "interrupted": StreamInterrupted,
}


class RemoteFeed:
    """One listener's queue; bounded by what arrives while it is read."""

    def __init__(self, leave: Callable[[RemoteFeed], Awaitable[None]]) -> None:
        self._leave = leave
        self._queue: asyncio.Queue[Received | AgentChatError | None] = asyncio.Queue()

    def put(self, received: Received | AgentChatError | None) -> None:
        """Add events, the error that ends them, or None for the end."""
        self._queue.put_nowait(received)

    async def __aiter__(self) -> AsyncIterator[Received]:
        """Iterate until `close`; raises `DisconnectedError` if the connection is lost."""
        while (received := await self._queue.get()) is not None:
            if isinstance(received, AgentChatError):
                raise received
            yield received

    async def close(self) -> None:
        """Stop listening."""
        self.put(None)
        await self._leave(self)


class Room:
    """One channel's position and listeners on this side of the connection."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.position: Position | None = None
        self.feeds: set[RemoteFeed] = set()

    def follows(self, batch: EventBatch) -> bool:
        """Whether `batch` begins right after the position."""
        return self.position is not None and batch.first == self.position.seq + 1

    def take(self, batch: EventBatch, received_ns: int) -> None:
        """Apply a batch that follows."""
        self.position = Position(batch.epoch, batch.last)
        self._tell(Received(batch.events, received_ns))

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
        self.position = position

    def lose(self, error: AgentChatError) -> None:
        """End every listener's iteration with an error."""
        self._tell(error)

    def _tell(self, received: Received | AgentChatError) -> None:
        for feed in self.feeds:
            feed.put(received)


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
