from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from jupyter_agentchat.bus import rooms as module
from jupyter_agentchat.bus.limits import FanoutLimits
from jupyter_agentchat.bus.room import MAX_EVENTS
from jupyter_agentchat.bus.rooms import Rooms
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.events import AnyEvent, StreamCompleted, StreamDelta
from tests.properties.rooms import LineForm, MemoryLog, Reader


@pytest.fixture(autouse=True)
def never_quiet() -> Iterator[None]:
    """Let every flush wait for the tick's end, as on a busy server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "QUIET_S", float("inf"))
        yield


def delta(log: MemoryLog, stream: str = "s", text: str = "x") -> AnyEvent:
    index = sum(getattr(each, "stream", None) == stream for each in log.events)
    return StreamDelta(seq=log.seq + 1, t=0, stream=stream, index=index, text=text)


def readers(count: int, limits: FanoutLimits | None = None) -> tuple[LineForm, list[Reader]]:
    rooms, form = Rooms(limits), LineForm()
    return form, [Reader(rooms, form) for _ in range(count)]


async def test_one_encoding_serves_all_and_one_write_serves_a_tick() -> None:
    form, there = readers(3)
    lab, den = MemoryLog("lab"), MemoryLog("den")
    for reader in there:
        reader.join(lab, 0)
        reader.join(den, 0)
    for _ in range(5):
        lab.append(delta(lab))
        den.append(delta(den))
    assert form.encoded == 0
    await asyncio.sleep(0)
    assert form.encoded == 2
    for reader in there:
        assert len(reader.sink.writes) == 1
        reader.check()
    assert there[0].sink.writes[0] == there[1].sink.writes[0]


async def test_after_a_quiet_moment_a_chunk_leaves_before_append_returns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "QUIET_S", -1.0)
    _, (reader,) = readers(1)
    log = MemoryLog("lab")
    reader.join(log, 0)
    log.append(delta(log))
    assert len(reader.sink.writes) == 1


async def test_a_burst_within_one_tick_is_bounded() -> None:
    _, (reader,) = readers(1)
    log = MemoryLog("lab")
    reader.join(log, 0)
    for _ in range(MAX_EVENTS + 1):
        log.append(delta(log))
    assert len(reader.sink.writes) == 1
    await asyncio.sleep(0)
    reader.check()
    assert len(reader.sink.writes) == 2


async def test_a_window_opens_only_in_a_crowded_room_and_never_for_a_lone_chunk() -> None:
    limits = FanoutLimits(crowd=3, window_s=0.005)
    _, crowded = readers(3, limits)
    _, few = readers(2, limits)
    busy, calm = MemoryLog("lab"), MemoryLog("lab")
    for reader in crowded:
        reader.join(busy, 0)
    for reader in few:
        reader.join(calm, 0)
    for log in (busy, calm):
        log.append(delta(log))
    await asyncio.sleep(0)
    assert [len(each.sink.writes) for each in crowded + few] == [1] * 5
    for log in (busy, calm):
        log.append(delta(log))
    await asyncio.sleep(0)
    assert [len(each.sink.writes) for each in crowded + few] == [1, 1, 1, 2, 2]
    begun = asyncio.get_running_loop().time()
    busy.append(delta(busy))
    while len(crowded[0].sink.writes) == 1:  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)
    assert asyncio.get_running_loop().time() - begun <= 0.05
    for reader in crowded:
        reader.check()
        assert len(reader.sink.writes) == 2


async def test_a_blocked_reader_holds_nobody_up_and_catches_up_merged() -> None:
    _, (slow, fast) = readers(2)
    log = MemoryLog("lab")
    slow.join(log, 0)
    fast.join(log, 0)
    slow.sink.is_blocked = True
    for _ in range(3000):
        log.append(delta(log))
        if log.seq % 100 == 0:
            await asyncio.sleep(0)
    assert len(slow.sink.writes) == 1
    assert slow.readings["lab"].backlog > 2000
    slow.sink.drain()
    async with asyncio.timeout(5):
        while slow.readings["lab"].backlog:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)
    slow.outlet.measure()
    assert slow.outlet.merges > 1000
    assert len(slow.sink.writes) < 10
    log.append(StreamCompleted(seq=log.seq + 1, t=0, stream="s", message="m", text=""))
    await asyncio.sleep(0)
    fast.readings["lab"]._room.settle()
    for reader in (slow, fast):
        reader.check_complete(log)


@pytest.mark.parametrize(
    ("budget", "events", "codes"),
    [
        (FanoutLimits(budget_bytes=2000, budget_s=3600), 100, [CloseCode.TOO_SLOW]),
        (FanoutLimits(budget_bytes=10**9, budget_s=3600), 100, []),
        (FanoutLimits(budget_bytes=10**9, budget_s=0.0), 1, [CloseCode.TOO_SLOW]),
    ],
    ids=["too-far-behind", "within-budget", "takes-nothing"],
)
async def test_a_reader_past_its_budget_is_shut_so_that_it_can_resume(
    budget: FanoutLimits, events: int, codes: list[CloseCode], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WATCH_S", 0.0)
    _, (slow, fast) = readers(2, budget)
    log = MemoryLog("lab")
    for reader in (slow, fast):
        reader.join(log, 0)
    slow.sink.is_blocked = True
    for _ in range(events):
        log.append(delta(log))
        await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert slow.shut == codes
    assert fast.shut == []
    fast.check()
    for reader in (slow, fast):
        reader.outlet.close()


async def test_a_long_history_is_no_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WATCH_S", 0.0)
    _, (reader,) = readers(1, FanoutLimits(budget_bytes=2000, budget_s=3600))
    log = MemoryLog("lab")
    for _ in range(3000):
        log.append(delta(log))
    reader.join(log, 0)
    assert reader.readings["lab"].backlog_bytes == 0
    reader.sink.is_blocked = True
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert reader.shut == []
    reader.outlet.close()


async def test_reached_waits_until_it_is_written() -> None:
    _, (reader,) = readers(1)
    log = MemoryLog("lab")
    reader.join(log, 0)
    log.append(delta(log))
    await reader.readings["lab"].reached(1)
    assert len(reader.sink.writes) == 1
    reader.sink.is_blocked = True
    log.append(delta(log))
    await asyncio.sleep(0)
    log.append(delta(log))
    waiting = asyncio.create_task(reader.readings["lab"].reached(3))
    await asyncio.sleep(0)
    assert not waiting.done()
    reader.sink.drain()
    async with asyncio.timeout(5):
        await waiting
    reader.sink.is_blocked = True
    log.append(delta(log))
    await asyncio.sleep(0)
    log.append(delta(log))
    leaving = asyncio.create_task(reader.readings["lab"].reached(5))
    await asyncio.sleep(0)
    reader.leave("lab")
    await leaving


async def test_a_room_without_readers_hears_nothing() -> None:
    form, (reader,) = readers(1)
    log = MemoryLog("lab")
    reader.join(log, 0)
    reader.leave("lab")
    log.append(delta(log))
    await asyncio.sleep(0)
    assert form.encoded == 0
    assert reader.sink.writes == []


async def test_what_waits_when_the_service_closes_is_written_and_recorded() -> None:
    rooms = Rooms()
    reader, log = Reader(rooms, LineForm()), MemoryLog("lab")
    reader.join(log, 0)
    for _ in range(3):
        log.append(delta(log))
    rooms.close()
    reader.check_complete(log)
    reader.outlet.close()
    await asyncio.sleep(0)
    reader.check_complete(log)
