"""When a crowded room's window closes: the clock is a test's, and no timer ever fires."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import pytest

from jupyter_agentchat.bus import room as room_module
from jupyter_agentchat.bus import rooms as module
from jupyter_agentchat.bus.limits import FanoutLimits
from jupyter_agentchat.bus.room import Room
from jupyter_agentchat.bus.rooms import Rooms
from jupyter_agentchat.protocol.events import StreamDelta
from tests.properties.rooms import LineForm, MemoryLog, Reader

WINDOW_S = 0.005
TAKE = Room._take


class Crowd:
    """Two readers, which are a crowd, on a clock that stands still until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 100.0
        clock = SimpleNamespace(
            monotonic=lambda: self.now_s, monotonic_ns=lambda: int(self.now_s * 1e9)
        )
        for each in (module, room_module):
            monkeypatch.setattr(each, "time", clock)
        self.rooms = Rooms(FanoutLimits(crowd=2, window_s=WINDOW_S))
        self.readers = [Reader(self.rooms, LineForm()) for _ in range(2)]
        self.log = MemoryLog("lab")
        for reader in self.readers:
            reader.join(self.log, 0)
        self.room = self.readers[0].readings["lab"]._room

    def say(self, after_s: float = 0.0) -> list[int]:
        """Append a chunk; returns how many writes each reader has had then."""
        self.now_s += after_s
        seq = self.log.seq + 1
        self.log.append(StreamDelta(seq=seq, t=0, stream="s", index=seq - 1, text="x"))
        return [len(reader.sink.writes) for reader in self.readers]


async def test_the_chunk_that_finds_a_window_nearly_over_closes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd = Crowd(monkeypatch)
    assert crowd.say() == [1, 1]
    assert crowd.say(0.001) == [1, 1]
    timer, closing_s = crowd.room.window, crowd.room.closing_s
    assert timer is not None
    assert crowd.now_s < closing_s < crowd.now_s + WINDOW_S
    assert crowd.say(0.001) == [1, 1]
    assert crowd.say(closing_s - crowd.now_s) == [2, 2]
    assert crowd.room.window is None
    assert crowd.room.closing_s == math.inf
    crowd.rooms.settle()
    for reader in crowd.readers:
        reader.check_complete(crowd.log)


async def test_the_timer_of_a_window_that_was_closed_ends_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd = Crowd(monkeypatch)
    crowd.say()
    crowd.say(0.001)
    timer = crowd.room.window
    assert timer is not None
    assert crowd.say(0.9 * WINDOW_S) == [2, 2]
    assert timer.cancelled()
    assert crowd.say(0.001) == [2, 2]
    assert crowd.room.window not in {None, timer}
    assert crowd.room.closing_s > crowd.now_s
    assert crowd.say(0.001) == [2, 2]
    assert crowd.say(2 * WINDOW_S) == [3, 3]
    assert crowd.say(2 * WINDOW_S) == [4, 4]
    assert crowd.room.window is None


def _take_and_leave_the_timer(room: Room) -> tuple[bytes, bool]:
    room.window, room.closing_s = None, math.inf
    return TAKE(room)


def _take_and_keep_the_window(room: Room) -> tuple[bytes, bool]:
    window, closing_s = room.window, room.closing_s
    data = TAKE(room)
    room.window, room.closing_s = window, closing_s
    return data


@pytest.mark.parametrize(
    ("check", "owner", "name", "fault"),
    [
        (test_the_chunk_that_finds_a_window_nearly_over_closes_it, module, "EARLY", 99),
        (test_the_chunk_that_finds_a_window_nearly_over_closes_it, module, "EARLY", 0),
        (
            test_the_chunk_that_finds_a_window_nearly_over_closes_it,
            Room,
            "_take",
            _take_and_keep_the_window,
        ),
        (
            test_the_timer_of_a_window_that_was_closed_ends_no_other,
            Room,
            "_take",
            _take_and_leave_the_timer,
        ),
    ],
    ids=["never-early", "never-waits", "stays-open", "its-timer-goes-on"],
)
async def test_a_planted_fault_is_found(
    check: Callable[[pytest.MonkeyPatch], Awaitable[None]],
    owner: object,
    name: str,
    fault: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await check(monkeypatch)
    monkeypatch.setattr(owner, name, fault)
    with pytest.raises(AssertionError):
        await check(monkeypatch)
