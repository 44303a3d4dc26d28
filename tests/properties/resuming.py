"""A server whose life a test decides, and readers that break off and come back.

What runs is the real path: service, store, sequencer, rooms, outlets, the session of the native
socket, the event stream's messages, and the Python client's rooms and folds. What the test brings
is the clock, the writer (so that it decides what is durable when the server dies) and sockets
that are lists of bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec

from jupyter_agentchat.agents.registry import AgentRegistry
from jupyter_agentchat.bus.memory import MemoryBroker
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.client.feeds import RemoteFeed
from jupyter_agentchat.client.feeds import Room as ClientRoom
from jupyter_agentchat.client.transport import Received
from jupyter_agentchat.dialects.native.events import _opening
from jupyter_agentchat.dialects.native.session import Session
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol import events as ev
from jupyter_agentchat.protocol.codec import EventBatch, decode_event, decode_frame
from jupyter_agentchat.protocol.fold import Fold
from jupyter_agentchat.protocol.frames import Subscribed
from jupyter_agentchat.protocol.model import Author, Message
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.rows import Row
from jupyter_agentchat.testing.clock import FakeClock
from jupyter_agentchat.web.sse import messages
from jupyter_agentchat.web.sse_forms import EventForm

CHANNEL = "lab"
USER = Author(id="ann", kind="user", name="Ann")
REASONS = {"unknown epoch", "position ahead of the log"}
TAIL = 12
"""Events that the broker keeps, so that most resumes read the store."""


def digest(fold: Fold) -> str:
    """Return the sha256 of all that a reader sees of a channel's texts."""
    shown = [(m.id, m.text, m.status, m.deleted, len(m.reactions)) for m in fold.messages.values()]
    live = [(each.stream, each.text, each.reasoning, each.index) for each in fold.live]
    return hashlib.sha256(msgspec.json.encode((sorted(shown), sorted(live)))).hexdigest()


class ByHand:
    """A writer that commits when it is asked to, and so lets the test kill a server."""

    failing = None

    def __init__(self, store: Any) -> None:
        self._store = store
        self._rows: list[Row] = []

    def put(self, row: Row) -> None:
        self._rows.append(row)

    def has_room(self) -> bool:
        return True

    async def admit(self) -> None:
        """There is always room."""

    def commit(self) -> None:
        rows, self._rows = self._rows, []
        if rows:
            self._store.write(rows, full=False)

    async def durable(self, channel: str, seq: int) -> None:  # noqa: ARG002 - the writer's interface
        self.commit()

    async def flush(self) -> None:
        self.commit()

    async def close(self) -> None:
        self.commit()

    def lose(self) -> None:
        self._rows.clear()


class Sink:
    """A socket whose other end the test reads, and may stop reading."""

    def __init__(self) -> None:
        self.drained: Callable[[], None] = lambda: None
        self.data = bytearray()
        self.is_stuck = False

    def write(self, data: bytes) -> bool:
        self.data += data
        return not self.is_stuck

    def waiting(self) -> int:
        return 0

    def release(self) -> None:
        if self.is_stuck:
            self.is_stuck = False
            self.drained()


class World:
    """One server after another over one store, and the truth about each.

    Attributes
    ----------
    chains : dict
        By epoch, for each seq from 0 a hash of the whole log up to it.
    texts : list
        For each seq of the present log the digest of what the server shows there.
    """

    def __init__(self, chance: random.Random, file: Path | None) -> None:
        self.chance = chance
        self.clock = FakeClock()
        self.chains: dict[str, list[str]] = {}
        self.texts: list[str] = []
        self.live: dict[str, tuple[str, int]] = {}
        self.ids: list[str] = []
        self._url = "memory://" if file is None else f"sqlite:///{file}"
        self._names = iter(range(1_000_000))
        self._is_lasting = file is not None

    async def open(self) -> None:
        """Start a server; it ends what its predecessor left open."""
        self.clock.jump(1)
        store = open_store(self._url, self.clock)
        self.writer = ByHand(store)
        broker = MemoryBroker(tail_events=TAIL)
        self.service = Service(
            store=store,
            writer=cast("Any", self.writer),
            broker=broker,
            registry=AgentRegistry([], find_plugins=list),
            settings=Settings(),
            clock=self.clock,
        )
        head = store.head(CHANNEL)
        kept = 0 if head is None else head.seq
        old = next(reversed(self.chains.values()), [""])
        self.chain = self.chains[store.epoch] = old[: kept + 1] if self._is_lasting else [""]
        self.texts = self.texts[: kept + 1] if self._is_lasting and self.texts else [""]
        self.live.clear()
        broker.subscribe(CHANNEL, self._hear)
        await self.service.start()
        await self.service.ensure_channel(CHANNEL, ())

    async def stop(self, *, crash: bool) -> None:
        """End the server: cleanly, or so that only what was committed is left."""
        if crash:
            self.writer.lose()
        await self.service.close()

    @property
    def log(self) -> ChannelLog:
        """The channel's log."""
        return self.service._channels._logs[CHANNEL]

    def does_resume(self, after: Position) -> bool:
        """Tell whether the log still begins with what a reader at this position has read."""
        chain = self.chains.get(after.epoch)
        return (
            chain is not None
            and after.seq < min(len(chain), len(self.chain))
            and chain[after.seq] == self.chain[after.seq]
        )

    def act(self) -> None:
        """Let something happen in the channel."""
        chance = self.chance
        kind = chance.random()
        if self.live and kind < 0.7:
            self._stream(chance.choice(list(self.live)))
        elif kind < 0.85:
            stream = f"s{next(self._names)}"
            self.live[stream] = (f"m-{stream}", 0)
            self._append(ev.StreamStarted, stream=stream, message=f"m-{stream}", agent="bot")
            self.ids.append(f"m-{stream}")
        elif kind < 0.95 or not self.ids:
            id_ = f"m{next(self._names)}"
            self.log.append(
                lambda seq, t: ev.MessageCreated(
                    seq=seq,
                    t=t,
                    message=Message(
                        id=id_, channel=CHANNEL, author=USER, text=self._text(), seq=seq,
                        created_at=t, status="complete",
                    ),
                )
            )  # fmt: skip
            self.ids.append(id_)
        else:
            self._amend(chance.choice(self.ids))

    def clear(self) -> None:
        """End what is live and take everything out of view."""
        for stream, (message, _) in self.live.items():
            text = self.log.fold.text(stream)
            self._append(ev.StreamCancelled, stream=stream, message=message, text=text)
        self._append(ev.ChannelCleared)
        self.live.clear()
        self.ids.clear()

    def _stream(self, stream: str) -> None:
        chance = self.chance
        message, index = self.live[stream]
        kind = chance.random()
        if kind < 0.8:
            for _ in range(chance.choice((1, 1, 2, 5, 20))):
                part = "reasoning" if chance.random() < 0.15 else "text"
                self._append(
                    ev.StreamDelta, stream=stream, index=index, text=self._text(), kind=part
                )
                index += 1
            self.live[stream] = (message, index)
        elif kind < 0.87:
            self._append(ev.StreamReplace, stream=stream, text=self._text())
        elif kind < 0.92:
            self._append(ev.StreamStatus, stream=stream, description="thinks", done=False)
        else:
            end = chance.choice((ev.StreamCompleted, ev.StreamFailed, ev.StreamCancelled))
            text = self.log.fold.text(stream)
            self._append(end, stream=stream, message=message, text=text)
            del self.live[stream]

    def _amend(self, message: str) -> None:
        kind = self.chance.random()
        if kind < 0.5:
            self._append(ev.MessageUpdated, message=message, text=self._text())
        elif kind < 0.8:
            self._append(ev.MessageReaction, message=message, name="x", user="ann", added=True)
        else:
            self._append(ev.MessageDeleted, message=message)

    def _append(self, event: Any, /, **fields: object) -> None:
        self.clock.jump(0.001)
        self.log.append(lambda seq, t: event(seq=seq, t=t, **fields))

    def _text(self) -> str:
        return "".join(self.chance.choice("ab é\n🙂") for _ in range(self.chance.randrange(6)))

    def _hear(self, publications: Sequence[Publication]) -> None:
        for publication in publications:
            before = self.chain[-1].encode()
            self.chain.append(hashlib.sha256(before + publication.data).hexdigest())
            self.texts.append(digest(self.log.fold))


class Reader:
    """A reader that folds what it gets; it breaks off and comes back.

    Attributes
    ----------
    resumes, refusals : int
        How often it could go on, and how often it was given a snapshot instead.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.fold: Fold | None = None
        self.sink: Sink | None = None
        self.resumes = self.refusals = self.merged = 0
        self.asked: Position | None = None
        self.is_welcomed = False

    @property
    def position(self) -> Position | None:
        raise NotImplementedError

    async def come(self, after: Position | None) -> None:
        raise NotImplementedError

    def cut(self) -> None:
        raise NotImplementedError

    def take(self, count: int) -> None:
        """Read up to `count` bytes of what has arrived."""
        raise NotImplementedError

    def welcomed(self, frame: Subscribed) -> None:
        """Check the answer to `come` against the truth."""
        self.is_welcomed = True
        expected = self.asked is not None and self.world.does_resume(self.asked)
        assert frame.recovered is expected, (frame.recovered, frame.reason, self.asked)
        if frame.recovered:
            self.resumes += 1
            assert frame.snapshot is None
            return
        self.refusals += self.asked is not None
        assert frame.snapshot is not None
        assert (frame.reason in REASONS) is (self.asked is not None), frame.reason
        self.fold = Fold(frame.snapshot)

    def apply(self, received: Sequence[ev.AnyEvent]) -> None:
        assert self.fold is not None
        for event in received:
            self.merged += not isinstance(event.seq, int)
            self.fold.apply(event)

    def stands_at(self, seq: int) -> bool:
        """Tell whether it has everything up to `seq`."""
        return self.is_welcomed and self.position is not None and self.position.seq >= seq

    def check(self) -> None:
        """Compare what is read with what the server shows at the same position."""
        if self.is_welcomed and self.fold is not None and self.position is not None:
            assert self.world.does_resume(self.position)
            assert digest(self.fold) == self.world.texts[self.position.seq], self.position


class Folding(RemoteFeed):
    """The client's listener, which folds at once instead of queueing."""

    def __init__(self, reader: SocketReader) -> None:
        super().__init__(cast("Any", None))
        self.reader = reader

    def put(self, received: Received, size: int = 0) -> None:  # noqa: ARG002 - the feed's interface
        if not self.reader.is_given_a_snapshot:
            self.reader.apply(received.events)


class SocketReader(Reader):
    """Over the native WebSocket, with the Python client's own room."""

    session: Session | None = None
    is_given_a_snapshot = False

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.room = ClientRoom(CHANNEL)
        self.room.feeds.add(Folding(self))

    @property
    def position(self) -> Position | None:
        return self.room.position

    async def come(self, after: Position | None) -> None:
        self.sink = Sink()
        outlet = Outlet(self.sink, lambda _: self.cut())
        self.session = Session(self.world.service, USER, outlet, no_logs)
        self.outlet = outlet
        await self._subscribe(after)

    def cut(self) -> None:
        if self.session is not None:
            self.session.close(1006)
            self.outlet.close()
            self.session = self.sink = None

    def take(self, count: int) -> None:
        assert self.sink is not None
        end = 0
        while (frame := _frame(self.sink.data, end)) is not None and frame[1] <= count:
            payload, end = frame
            self._hear(payload)
        del self.sink.data[:end]

    async def _subscribe(self, after: Position | None) -> None:
        assert self.session is not None
        self.asked, self.is_welcomed = after, False
        command = {"op": "subscribe", "channel": CHANNEL, "after": str(after) if after else None}
        try:
            await self.session.handle(msgspec.json.encode(command))
        except DisconnectedError:
            self.cut()

    def _hear(self, payload: bytes) -> None:
        frame = decode_frame(payload)
        if isinstance(frame, Subscribed):
            self.is_given_a_snapshot = not frame.recovered
            self.room.stand(frame, 0)
            self.welcomed(frame)
            self.is_given_a_snapshot = False
        elif isinstance(frame, EventBatch):
            assert self.room.follows(frame), (frame.first, self.room.position)
            self.room.take(frame, 0)
            assert self.room.position == Position(frame.epoch, frame.last)


class StreamReader(Reader):
    """Over Server-Sent Events: it applies what came at the next id, as the how-to tells to."""

    reading: Any = None
    _position: Position | None = None

    @property
    def position(self) -> Position | None:
        return self._position

    async def come(self, after: Position | None) -> None:
        service = self.world.service
        self.asked, self.is_welcomed = after, False
        self.sink, self._due = Sink(), list[ev.AnyEvent]()
        joined = await service.join(CHANNEL, after)
        self.outlet = Outlet(self.sink, lambda _: self.cut())
        form = EventForm("sse", messages_of, is_chunked=False)
        self.outlet.write(_opening(CHANNEL, joined))
        self.reading = service.read(joined, form, self.outlet, None)

    def cut(self) -> None:
        if self.reading is not None:
            self.reading.close()
            self.outlet.close()
            self.reading = self.sink = None

    def take(self, count: int) -> None:
        assert self.sink is not None
        *whole, _ = bytes(self.sink.data[:count]).split(b"\n\n")
        del self.sink.data[: sum(len(each) + 2 for each in whole)]
        for each in whole:
            self._hear(dict(line.split(": ", 1) for line in each.decode().split("\n")))

    def _hear(self, message: dict[str, str]) -> None:
        if message["event"] == "subscribed":
            frame = decode_frame(message["data"])
            assert isinstance(frame, Subscribed)
            self.welcomed(frame)
            self._position = Position.parse(frame.position)
            assert ("id" in message) is not frame.recovered
            return
        self._due.append(decode_event(message["data"]))
        if "id" in message:
            self.apply(self._due)
            self._due = []
            self._position = Position.parse(message["id"])


async def no_logs() -> bool:
    """Answer that nobody may read the log of the server."""
    return False


def messages_of(epoch: str, batch: Any) -> bytes:
    """Call what the module holds now: a test may have planted a fault there."""
    return messages(epoch, batch)


def _frame(data: bytearray, start: int) -> tuple[bytes, int] | None:
    """Return the first whole WebSocket frame from `start` on, and where it ends."""
    if len(data) < start + 2:
        return None
    size, head = data[start + 1], 2
    if size >= 126:
        head = 4 if size == 126 else 10
        if len(data) < start + head:
            return None
        size = int.from_bytes(data[start + 2 : start + head], "big")
    end = start + head + size
    return (bytes(data[start + head : end]), end) if len(data) >= end else None


async def settle(world: World) -> None:
    """Let the rooms flush and the readings catch up."""
    for _ in range(3):
        await asyncio.sleep(0)
    rooms = world.service._rooms._rooms.values()
    tasks = [
        each
        for each in asyncio.all_tasks()
        if each is not asyncio.current_task() and not each.done()
    ]
    if tasks and rooms:
        await asyncio.wait(tasks)
    await asyncio.sleep(0)
