"""A log in memory, and readers with sockets that block when they are told to."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from jupyter_agentchat.bus.broker import Listener, Unsubscribe
from jupyter_agentchat.bus.memory import MemoryBroker
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.reading import Reading
from jupyter_agentchat.bus.rooms import Rooms
from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.codec import decode_event, encode_event, join_batch
from jupyter_agentchat.protocol.events import AnyEvent, StreamDelta, first_seq, last_seq
from jupyter_agentchat.protocol.fold import Fold
from jupyter_agentchat.protocol.model import Channel, Snapshot
from jupyter_agentchat.protocol.publication import Publication


class MemoryLog:
    """A channel's log; `read` takes a moment."""

    epoch = "e"

    def __init__(self, name: str) -> None:
        self.name = name
        self.seq = 0
        self.events: list[AnyEvent] = []
        self._broker = MemoryBroker(tail_events=1_000_000)

    def append(self, event: AnyEvent) -> None:
        self.seq = last_seq(event)
        self.events.append(event)
        publication = Publication(self.seq, event, encode_event(event), 1, 2, 3)
        self._broker.publish(self.name, (publication,))

    async def read(self, after: int, limit: int) -> Sequence[Publication]:
        await asyncio.sleep(0)
        return self._broker.history(self.name, after, limit) or ()

    def listen(self, listener: Listener) -> Unsubscribe:
        return self._broker.subscribe(self.name, listener)

    def fold(self, upto: int) -> Fold:
        fold = Fold(Snapshot(channel=Channel(id=self.name, name=self.name), messages=()))
        for event in self.events[:upto]:
            fold.apply(event)
        return fold


class LineForm:
    """One line for each batch."""

    key = "line"
    encoded = 0

    def encode(self, channel: str, epoch: str, batch: Batch) -> bytes:
        self.encoded += 1
        items = [item.data for item in batch.items]
        return join_batch(channel, epoch, batch.first, batch.last, items) + b"\n"


def _nothing() -> None:
    """Stand in for what was not set."""


class FakeSink:
    """A socket that takes everything, or nothing while it is blocked."""

    def __init__(self) -> None:
        self.drained: Callable[[], None] = _nothing
        self.writes: list[bytes] = []
        self.pending = 0
        self.is_blocked = self.is_gone = False

    def write(self, data: bytes) -> bool:
        if self.is_gone:
            raise DisconnectedError("gone")
        self.writes.append(data)
        if self.is_blocked:
            self.pending += len(data)
        return not self.is_blocked

    def waiting(self) -> int:
        return self.pending

    def drain(self) -> None:
        self.is_blocked = False
        if self.pending:
            self.pending = 0
            self.drained()


class Reader:
    """One connection that reads channels, folds what it gets, and counts what is recorded."""

    def __init__(self, rooms: Rooms, form: LineForm) -> None:
        self.sink = FakeSink()
        self.shut: list[CloseCode] = []
        self.outlet = Outlet(self.sink, self.shut.append)
        self.readings: dict[str, Reading] = {}
        self.recorded: Counter[tuple[str, int]] = Counter()
        self._rooms, self._form = rooms, form
        self._logs: dict[str, MemoryLog] = {}
        self._folds: dict[str, tuple[Fold, int]] = {}
        self._chunks: Counter[tuple[str, int]] = Counter()
        self._taken = 0

    def join(self, log: MemoryLog, cursor: int) -> None:
        self.leave(log.name)
        self.check()
        self._logs[log.name] = log
        self._folds[log.name] = (log.fold(cursor), cursor)
        self.readings[log.name] = self._rooms.read(
            log.name,
            log,
            self._form,
            self.outlet,
            cursor,
            replay_until=log.seq,
            observer=self,
        )

    def leave(self, name: str) -> None:
        if name in self.readings:
            self.readings.pop(name).close()

    def stamped(
        self, channel: str, after: int, seqs: Sequence[int], socket_ns: Sequence[int]
    ) -> None:
        assert len(seqs) == len(socket_ns)
        assert after < seqs[0]
        assert list(seqs) == sorted(set(seqs))
        assert list(socket_ns) == sorted(socket_ns)
        assert all(socket_ns)
        self.recorded.update(_chunks(self._logs[channel].events[after : seqs[-1]]))

    def delivered(
        self,
        channel: str,
        publications: Sequence[Publication],
        replay_until: int,  # noqa: ARG002 - the observer's interface
        *,
        socket_ns: int,
    ) -> None:
        assert channel in self._folds
        assert socket_ns
        self.recorded.update(_chunks(each.event for each in publications))

    def check(self) -> None:
        """Apply what was written: contiguous, and each batch as a whole."""
        assert self.outlet.sent == sum(map(len, self.sink.writes))
        for line in b"".join(self.sink.writes[self._taken :]).splitlines():
            batch = json.loads(line)
            name = batch["channel"]
            fold, cursor = self._folds[name]
            assert batch["first"] == cursor + 1
            events = [decode_event(json.dumps(each)) for each in batch["events"]]
            covered = sorted(seq for each in events for seq in {first_seq(each), last_seq(each)})
            assert covered[0] == batch["first"]
            assert covered[-1] == batch["last"]
            for event in events:
                fold.apply(event)
            self._folds[name] = (fold, batch["last"])
            self._chunks.update(_chunks(events))
        self._taken = len(self.sink.writes)

    def check_complete(self, log: MemoryLog) -> None:
        """What was folded is the log's, and each chunk written was recorded once."""
        self.check()
        fold, cursor = self._folds[log.name]
        assert cursor == log.seq
        assert fold.snapshot() == log.fold(log.seq).snapshot()
        assert self.recorded == self._chunks


def _chunks(events: Iterable[AnyEvent]) -> list[tuple[str, int]]:
    """Return (stream, index) of every chunk that `events` hold, merged ones too."""
    found = []
    for event in events:
        if isinstance(event, StreamDelta):
            low, high = event.index if isinstance(event.index, tuple) else (event.index,) * 2
            found += [(event.stream, index) for index in range(low, high + 1)]
    return found
