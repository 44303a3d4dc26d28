"""The service: the façade that every face calls, on one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Self

from jupyter_agentchat.agents.registry import AgentRegistry
from jupyter_agentchat.bus.broker import Broker, Unsubscribe
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.reading import Reading
from jupyter_agentchat.bus.rooms import Rooms
from jupyter_agentchat.bus.wire import Observer, WireForm
from jupyter_agentchat.errors import InvalidInputError, StreamNotFoundError, UnavailableError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.events import TERMINAL, ChannelCleared, StreamDelta
from jupyter_agentchat.protocol.lifecycle import Move
from jupyter_agentchat.protocol.model import AgentInfo, Author, Channel, Message
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.answers import Answers, Origin
from jupyter_agentchat.runtime.arrivals import Arrival
from jupyter_agentchat.runtime.channels import Channels, Watcher
from jupyter_agentchat.runtime.connection import Connection
from jupyter_agentchat.runtime.edits import Edits
from jupyter_agentchat.runtime.joined import Joined
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.log_tap import LogTap
from jupyter_agentchat.runtime.pipeline import Outgoing, Pipeline, Sending
from jupyter_agentchat.runtime.presence import Ephemera
from jupyter_agentchat.runtime.recovery import interrupt_unfinished
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.runtime.texts import check_text
from jupyter_agentchat.runtime.views import find_message, read_page
from jupyter_agentchat.store.base import Page, Store
from jupyter_agentchat.store.rows import StreamRow
from jupyter_agentchat.store.writer import Writer

MAX_PAGE = 500


class Service:
    """Channels, messages, answers and their readers.

    Build it with `runtime.compose.compose`, `start` it on the loop that will own it, `close` it
    there. Every coroutine raises only `AgentChatError`s.
    """

    def __init__(
        self,
        *,
        store: Store,
        writer: Writer,
        broker: Broker,
        registry: AgentRegistry,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self.store = store
        self.settings = settings
        self.clock = clock
        self.registry = registry
        self.ephemera = Ephemera()
        self.logs = LogTap()
        self.connections: dict[str, Connection] = {}
        self._writer = writer
        self._broker = broker
        self._rooms = Rooms(settings.fanout)
        self._channels = Channels(store, writer, broker, clock)
        self._answers = Answers(store, registry, settings, clock)
        self.askers = self._answers.askers
        self._pipeline = Pipeline(store, registry, self._answers, settings, clock)
        self.edits = Edits(self._channels, store, settings)
        self._deletions: dict[Callable[[str], None], None] = {}
        self._is_open = False

    async def start(self) -> Self:
        """End what the last process left open, then take requests."""
        self.logs.open()
        await interrupt_unfinished(self.store, self._channels)
        self._is_open = True
        return self

    async def close(self) -> None:
        """Interrupt live streams, make everything durable, release the store."""
        self._is_open = False
        await self._answers.close()
        self._rooms.close()
        for connection in list(self.connections.values()):
            connection.close()
        self.connections.clear()
        await self.registry.close()
        await self._writer.close()
        self._broker.close()
        await asyncio.to_thread(self.store.close)
        self.logs.close()

    def agents(self) -> list[AgentInfo]:
        """Return all agents."""
        return self.registry.infos()

    async def channels(self, *, unlisted: bool = False) -> list[Channel]:
        """Return all channels by name; with `unlisted` those as well that no list shows."""
        return await self._channels.all(unlisted=unlisted)

    async def channel(self, channel: str) -> ChannelLog:
        """Return a channel's log; ChannelNotFoundError if there is none."""
        if not self._is_open:
            message = "The chat service is shutting down; try again when it is back."
            raise UnavailableError(message)
        return await self._channels.get(channel)

    def watch(self, watcher: Watcher) -> Unsubscribe:
        """Hear every event of every channel from now on; the watcher must return at once."""
        return self._channels.watch(watcher)

    def watch_deletions(self, watcher: Callable[[str], None]) -> Unsubscribe:
        """Hear which channels are deleted from now on; the watcher must return at once."""
        self._deletions[watcher] = None

        def unwatch() -> None:
            self._deletions.pop(watcher, None)

        return unwatch

    async def create_channel(self, channel: Channel) -> Channel:
        """Create a channel; it is durable when this returns."""
        for name in channel.agents:
            self.registry.get(name)
        log = await self._channels.create(channel)
        await log.durable(log.seq)
        return log.channel

    async def begin(
        self,
        channel: Channel,
        earlier: Sequence[tuple[Author, str]],
        author: Author,
        outgoing: Outgoing,
        origin: Origin,
    ) -> Sending:
        """Create a channel that begins with what was said elsewhere, and take its first message.

        If the message is refused, no channel is left behind.
        """
        self._pipeline.check(author, outgoing)
        for _, text in earlier:
            check_text(text, self.settings.max_text_bytes)
        log = await self._channels.create(channel)
        for who, text in earlier:
            self._pipeline.recall(log, who, text)
        return await self._pipeline.send(log, author, outgoing, origin)

    async def release_channel(self, channel: str) -> None:
        """Keep a channel in the store only, if nothing runs in it."""
        log = await self.channel(channel)
        if not self._answers.is_live(channel):
            await self._channels.release(log)

    async def ensure_channel(self, channel: str, agents: tuple[str, ...] | None = None) -> Channel:
        """Return a channel, created with `agents` (or the default ones) if it is not there."""
        return (
            await self._channels.ensure(channel, agents or self.settings.default_agents)
        ).channel

    async def update_channel(
        self,
        channel: str,
        *,
        name: str | None = None,
        agents: tuple[str, ...] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> Channel:
        """Give a channel another name, other default agents, or other metadata."""
        for agent in agents or ():
            self.registry.get(agent)
        log = await self.channel(channel)
        return await self._channels.update(log, name=name, agents=agents, metadata=metadata)

    async def clear_channel(self, channel: str) -> Position:
        """Stop what is live and take every message out of view."""
        log = await self.channel(channel)
        self._answers.cancel_all(channel, "cleared")
        cleared = log.append(lambda seq, t: ChannelCleared(seq=seq, t=t))
        await log.durable(cleared.seq)
        return log.position

    async def delete_channel(self, channel: str) -> None:
        """Clear a channel and take it out of view; created again, its seq goes on."""
        await self.clear_channel(channel)
        await self._channels.hide(await self.channel(channel))
        for watcher in tuple(self._deletions):
            watcher(channel)

    async def send(
        self, channel: str, author: Author, outgoing: Outgoing, origin: Origin
    ) -> Sending:
        """Take a message; see `Pipeline.send`."""
        return await self._pipeline.send(await self.channel(channel), author, outgoing, origin)

    async def cancel(self, stream: str) -> None:
        """Stop a stream; nothing of it follows when this returns. An ended one stays as it is.

        Raises
        ------
        StreamNotFoundError
            If there never was such a stream.
        """
        if run := self._answers.get(stream):
            run.stop(Move.CANCEL, "stopped")
        else:
            await self.stream(stream)

    async def regenerate(self, stream: str, user: Author, origin: Origin) -> str:
        """Answer the question of an ended stream again; returns the new stream's id."""
        row = await self.stream(stream)
        log = await self.channel(row.channel)
        answer = await find_message(log, self.store, row.message)
        if answer.reply_to is None:
            message = f"The stream {stream!r} answers no message, so it cannot be run again."
            raise InvalidInputError(message)
        question = await find_message(log, self.store, answer.reply_to)
        return self._answers.restart(log, question, row.agent, user.id, origin)

    def live(self, channel: str | None = None) -> list[tuple[str, StreamRow]]:
        """Return the answers that are queued or live, each with the user who asked."""
        return self._answers.live(channel)

    async def ended(self, streams: tuple[str, ...]) -> None:
        """Wait until none of `streams` is queued or live."""
        runs = [run for stream in streams if (run := self._answers.get(stream))]
        for run in runs:
            await run.ended.wait()

    async def stream(self, stream: str) -> StreamRow:
        """Return a stream's row; StreamNotFoundError if there is none."""
        if run := self._answers.get(stream):
            return run.stream.row
        await self._writer.flush()
        row = await asyncio.to_thread(self.store.stream, stream)
        if row is None:
            message = f"There is no stream {stream!r}."
            raise StreamNotFoundError(message)
        return row

    async def message(self, channel: str, message: str) -> Message:
        """Return one message as it is now; MessageNotFoundError if there is none."""
        return await find_message(await self.channel(channel), self.store, message)

    async def messages(
        self, channel: str, *, before: int | None = None, after: int | None = None, limit: int = 50
    ) -> Page:
        """Return a page of a channel's messages in ascending seq; reads its own writes."""
        if not 1 <= limit <= MAX_PAGE:
            message = f"limit is a number from 1 to {MAX_PAGE}, not {limit}."
            raise InvalidInputError(message)
        log = await self.channel(channel)
        await self._writer.flush()
        return await read_page(log, self.store, before=before, after=after, limit=limit)

    async def join(self, channel: str, after: Position | None) -> Joined:
        """Begin to read a channel after a position, or with a snapshot."""
        log = await self.channel(channel)
        reason = None if after is None else await log.resumable(after)
        if after is not None and reason is None:
            position = Position(log.epoch, after.seq)
            return Joined(log, position, recovered=True, reason=None, snapshot=None, until=log.seq)
        return Joined(
            log,
            log.position,
            recovered=False,
            reason=reason,
            snapshot=log.fold.snapshot(),
            until=log.seq,
        )

    def read(
        self, joined: Joined, form: WireForm, outlet: Outlet, observer: Observer | None
    ) -> Reading:
        """Write what follows `joined.position` to an outlet; see `Rooms.read`.

        Parameters
        ----------
        observer : Observer or None
            Usually the reader's `Connection`. It is not asked where `record_hops` is off.
        """
        return self._rooms.read(
            joined.log.channel.id,
            joined.log,
            form,
            outlet,
            joined.position.seq,
            replay_until=joined.until,
            observer=observer if self.settings.record_hops else None,
        )

    def connect(self, transport: str, user: Author) -> Connection:
        """Register a reader's connection; call `disconnect` when it is gone."""
        connection = Connection(transport, user, clock=self.clock, record=self._writer.put)
        self.connections[connection.id] = connection
        return connection

    def disconnect(self, connection: Connection, code: int | None = None) -> None:
        """Record a connection's end."""
        self.connections.pop(connection.id, None)
        connection.close(code)

    async def painted(
        self,
        connection: Connection,
        channel: str,
        seq: int,
        instants: tuple[int, int, int],
        *,
        hidden: bool,
    ) -> None:
        """Take a client's (client, dom, paint) ns for the chunk at `seq`; 0 is unknown.

        Where `record_hops` is off nothing is kept.
        """
        log = await self.channel(channel)
        found = await log.read(seq - 1, 1)
        event = found[0].event if found else None
        if not isinstance(event, StreamDelta) or not isinstance(event.index, int):
            if isinstance(event, TERMINAL):
                return
            message = f"There is no chunk at seq {seq} of the channel {channel!r}."
            raise InvalidInputError(message)
        if not self.settings.record_hops:
            return
        client, dom, paint = instants
        connection.arrived(
            channel,
            Arrival(
                stream=event.stream,
                index=event.index,
                client_ns=client,
                dom_ns=dom,
                paint_ns=paint,
                hidden=hidden,
            ),
        )

    async def settle(self) -> None:
        """Make everything that has happened readable from the store, late hops included."""
        self._rooms.settle()
        for connection in list(self.connections.values()):
            connection.flush()
        self._answers.record_progress()
        await self._writer.flush()
