"""Whatever blocks, drains, comes and goes: every reader's text is the log's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jupyter_agentchat.bus import reading, room, rooms, subscription
from jupyter_agentchat.bus.ledger import Ledger
from jupyter_agentchat.bus.limits import FanoutLimits
from jupyter_agentchat.bus.reading import Reading
from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.protocol.events import AnyEvent
from tests.properties.rooms import LineForm, MemoryLog, Reader
from tests.properties.strategies import logs

Step = tuple[str, int, str, int]
NAMES = ("lab", "den")
READERS = 4
STEP = st.tuples(
    st.sampled_from(["publish", "publish", "tick", "join", "leave", "block", "drain", "settle"]),
    st.integers(0, READERS - 1),
    st.sampled_from(NAMES),
    st.integers(0, 12),
)


@pytest.fixture(autouse=True)
def small_pages() -> Iterator[None]:
    """Make pages small, so that the logs of a property are large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subscription, "MERGE_EVENTS", 3)
        patch.setattr(subscription, "PAGE_BYTES", 700)
        patch.setattr(reading, "PAGE_EVENTS", 7)
        patch.setattr(room, "MAX_EVENTS", 6)
        patch.setattr(room, "MAX_FLUSHES", 5)
        yield


class World:
    """Two channels and some readers, driven step by step."""

    def __init__(self, limits: FanoutLimits, events: dict[str, list[AnyEvent]]) -> None:
        self.rooms, form = rooms.Rooms(limits), LineForm()
        self.logs = {name: MemoryLog(name) for name in NAMES}
        self.readers = [Reader(self.rooms, form) for _ in range(READERS)]
        self._events = {name: list(found) for name, found in events.items()}

    def publish(self, name: str, count: int) -> None:
        """Append the next events of a channel, all in one tick."""
        for _ in range(min(count, len(self._events[name]))):
            self.logs[name].append(self._events[name].pop(0))

    async def step(self, what: str, number: int, name: str, amount: int) -> None:
        """Do one thing."""
        reader, log = self.readers[number], self.logs[name]
        if what == "publish":
            self.publish(name, amount)
        elif what == "join":
            reader.join(log, max(log.seq - amount, 0))
        elif what == "leave":
            reader.leave(name)
        elif what == "block":
            reader.sink.is_blocked = True
        elif what == "drain":
            reader.sink.drain()
        elif what == "settle":
            self.rooms.settle()
        else:
            await asyncio.sleep(0)
        reader.check()

    async def finish(self) -> None:
        """Publish the rest, let every socket drain, and wait until all have caught up."""
        for name in NAMES:
            self.publish(name, len(self._events[name]))
        for reader in self.readers:
            reader.sink.drain()
        async with asyncio.timeout(10):
            readings = [each for reader in self.readers for each in reader.readings.values()]
            while any(each.backlog for each in readings):  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0)
        self.rooms.settle()


async def play(limits: FanoutLimits, events: dict[str, list[AnyEvent]], steps: list[Step]) -> None:
    """Do the steps, let all catch up, and compare every reader with the log."""
    world = World(limits, events)
    for step in steps:
        await world.step(*step)
    await world.finish()
    for reader in world.readers:
        for name in reader.readings:
            reader.check_complete(world.logs[name])


CASES = {
    "lab": logs("lab"),
    "den": logs("den"),
    "steps": st.lists(STEP, max_size=60),
    "crowd": st.sampled_from([2, 1000]),
}


@settings(deadline=None, max_examples=400)
@given(**CASES)
def test_every_reader_has_the_log(
    lab: list[AnyEvent], den: list[AnyEvent], steps: list[Step], crowd: int
) -> None:
    limits = FanoutLimits(crowd=crowd, window_s=0.001)
    asyncio.run(play(limits, {"lab": lab, "den": den}, steps))


def _jump(reading: Reading) -> None:
    """Fall behind, and take the next event for granted."""
    if reading._is_following:
        FALL(reading)
        reading._cursor += 1


def _note_one_less(ledger: Ledger, seq: int) -> None:
    """Note each flush without its last event."""
    NOTE(ledger, seq - 1)


def _write_twice(reading: Reading, batch: Batch) -> None:
    WRITE(reading, batch)
    reading._outlet.write(reading._room.form.encode(reading._room.name, reading._room.epoch, batch))


FALL, NOTE, WRITE = Reading.fall_behind, Ledger.note, Reading._write


@pytest.mark.parametrize(
    ("owner", "method", "fault"),
    [
        (Reading, "fall_behind", _jump),
        (Ledger, "note", _note_one_less),
        (Reading, "_write", _write_twice),
    ],
    ids=["loses-an-event", "records-a-chunk-less", "writes-a-page-twice"],
)
def test_a_planted_fault_is_found(
    owner: type, method: str, fault: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, method, fault)
    once = settings(
        deadline=None,
        max_examples=400,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    with pytest.raises((AssertionError, TimeoutError, KeyError)):
        once(given(**CASES)(test_every_reader_has_the_log.hypothesis.inner_test))()  # type: ignore[attr-defined]
