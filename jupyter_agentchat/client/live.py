"""What a remote connection reads: rooms, gaps, breaks, and listeners that fall behind."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.feeds import RemoteFeed, Room
from jupyter_agentchat.client.pings import Pings
from jupyter_agentchat.client.retries import Retries
from jupyter_agentchat.client.socket import Socket
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.protocol.codec import EventBatch
from jupyter_agentchat.protocol.commands import Painted, Subscribe, Unsubscribe
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.frames import AnyFrame, Subscribed
from jupyter_agentchat.protocol.position import Position

ACK_EVERY_NS = 100_000_000
"""One chunk in 100 ms tells the server when it arrived."""


class Live:
    """One socket and the channels that are read over it.

    Guarantees: a feed gets every event after its opening once and in order, across breaks and
    gaps; where the server cannot fill one, the feed gets the ends of the answers, or an error.

    Attributes
    ----------
    pings : Pings
        What is known of the server's clock.
    """

    def __init__(self, server: Server, retries: Retries | None = None) -> None:
        self.socket = Socket(server, self._on_frame, self._on_open, self._on_lost, retries=retries)
        self._rooms: dict[str, Room] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._joining = asyncio.Lock()
        self._last_ack_ns = 0
        self.pings = Pings(self.socket)

    async def open(self) -> None:
        """Connect; see `Socket.open` for the errors."""
        await self.socket.open()
        await self.pings.begin()

    async def feed(self, channel: str) -> RemoteFeed:
        """Listen to a channel from now on."""
        async with self._joining:
            room = self._rooms.setdefault(channel, Room(channel))
            feed = RemoteFeed(lambda left: self._left(room, left), lambda: self._go_on(room))
            room.feeds.add(feed)
            try:
                if room.position is None:
                    await self.socket.ask(Subscribe(channel=channel))
            except BaseException:
                room.feeds.discard(feed)
                raise
            return feed

    async def close(self) -> None:
        """End every feed and the connection."""
        await self.socket.close()
        for room in self._rooms.values():
            for feed in tuple(room.feeds):
                feed.end(None)

    async def _left(self, room: Room, feed: RemoteFeed) -> None:
        room.feeds.discard(feed)
        self._go_on(room)

    def _on_frame(self, frame: EventBatch | AnyFrame, received_ns: int, size: int) -> None:
        if isinstance(frame, Subscribed):
            if room := self._rooms.get(frame.channel):
                room.stand(frame, received_ns)
        elif isinstance(frame, EventBatch) and (room := self._rooms.get(frame.channel)):
            if room.is_paused:
                return
            if room.follows(frame):
                room.take(frame, received_ns, size)
                self._acknowledge(frame, received_ns)
                self._pause(room)
            elif room.position is not None and frame.last > room.position.seq:
                self._later(self._resubscribe(room, room.position))

    def _on_open(self) -> None:
        self._later(self.pings.begin())
        for room in self._rooms.values():
            if room.position is not None and not room.is_paused:
                self._later(self._resubscribe(room, room.position))

    def _on_lost(self, error: AgentChatError) -> None:
        for room in self._rooms.values():
            room.lose(error)

    def _pause(self, room: Room) -> None:
        """Read a channel no further while a listener is behind; others are not held up."""
        if room.is_full:
            room.is_paused = True
            self._later(self.socket.tell(Unsubscribe(channel=room.channel)))

    def _go_on(self, room: Room) -> None:
        if room.is_paused and room.has_room and room.position is not None:
            room.is_paused = False
            self._later(self._resubscribe(room, room.position))

    async def _resubscribe(self, room: Room, after: Position) -> None:
        try:
            await self.socket.ask(Subscribe(channel=room.channel, after=str(after)))
        except AgentChatError as error:
            room.lose(error)  # such as a channel that is gone: nothing would ever come

    def _acknowledge(self, batch: EventBatch, received_ns: int) -> None:
        if received_ns - self._last_ack_ns < ACK_EVERY_NS:
            return
        for event in batch.events:
            if isinstance(event, StreamDelta) and isinstance(event.seq, int):
                self._last_ack_ns = received_ns
                if self.pings.is_due(received_ns):  # before the ack: the server takes its time
                    self._later(self.pings.again())
                ack = Painted(channel=batch.channel, seq=event.seq, client_ns=received_ns)
                self._later(self.socket.tell(ack))
                return

    def _later(self, work: Coroutine[object, object, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
