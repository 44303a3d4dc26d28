"""What the tests of rooms and outlets say would go wrong does turn them red."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from jupyter_agentchat.bus import rooms as module
from jupyter_agentchat.bus.limits import FanoutLimits
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.reading import Reading
from jupyter_agentchat.bus.room import Room
from jupyter_agentchat.bus.rooms import Rooms
from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.protocol.close_codes import CloseCode
from tests.unit.bus import test_outlet, test_rooms

Check = Callable[[pytest.MonkeyPatch], Awaitable[None]]
OPEN, OFFER, WRITE = Rooms.__init__, Outlet.offer, Reading._write


async def one_encoding(_: pytest.MonkeyPatch) -> None:
    await test_rooms.test_one_encoding_serves_all_and_one_write_serves_a_tick()


async def at_once(patch: pytest.MonkeyPatch) -> None:
    await test_rooms.test_after_a_quiet_moment_a_chunk_leaves_before_append_returns(patch)


async def window(_: pytest.MonkeyPatch) -> None:
    await test_rooms.test_a_window_opens_only_in_a_crowded_room_and_never_for_a_lone_chunk()


async def too_far(patch: pytest.MonkeyPatch) -> None:
    await test_rooms.test_a_reader_past_its_budget_is_shut_so_that_it_can_resume(
        FanoutLimits(budget_bytes=2000, budget_s=3600), 100, [CloseCode.TOO_SLOW], patch
    )


async def takes_nothing(patch: pytest.MonkeyPatch) -> None:
    await test_rooms.test_a_reader_past_its_budget_is_shut_so_that_it_can_resume(
        FanoutLimits(budget_bytes=10**9, budget_s=0.0), 1, [CloseCode.TOO_SLOW], patch
    )


async def drops(_: pytest.MonkeyPatch) -> None:
    test_outlet.test_ephemeral_messages_are_dropped_and_counted_while_blocked()


async def merges(_: pytest.MonkeyPatch) -> None:
    await test_rooms.test_a_blocked_reader_holds_nobody_up_and_catches_up_merged()


def _each_by_itself(rooms: Rooms, room: Room) -> None:
    rooms._now(room)


def _a_timer_for_each(rooms: Rooms, room: Room) -> None:
    asyncio.get_running_loop().call_later(0, rooms._now, room)


def _everybody_is_a_crowd(rooms: Rooms, limits: FanoutLimits | None) -> None:
    OPEN(rooms, FanoutLimits(crowd=1, window_s=limits.window_s) if limits else None)


def _nobody_is_a_crowd(rooms: Rooms, limits: FanoutLimits | None) -> None:
    OPEN(rooms, FanoutLimits(crowd=10**9, window_s=limits.window_s) if limits else None)


def _watch_nobody(rooms: Rooms, outlet: Outlet) -> None:
    """Let a blocked outlet be."""


def _drop_in_silence(outlet: Outlet, data: bytes) -> None:
    if not outlet.blocked:
        OFFER(outlet, data)


def _merge_in_silence(reading: Reading, batch: Batch) -> None:
    before = reading._outlet.merges
    WRITE(reading, batch)
    reading._outlet.merges = before


@pytest.mark.parametrize(
    ("check", "owner", "name", "fault"),
    [
        pytest.param(one_encoding, Rooms, "_due", _each_by_itself, id="encodes-each-chunk"),
        pytest.param(at_once, Rooms, "_due", _a_timer_for_each, id="waits-for-a-timer"),
        pytest.param(window, Rooms, "__init__", _everybody_is_a_crowd, id="few-wait-as-well"),
        pytest.param(window, Rooms, "__init__", _nobody_is_a_crowd, id="a-crowd-never-waits"),
        pytest.param(too_far, Reading, "backlog_bytes", 0, id="never-too-far-behind"),
        pytest.param(takes_nothing, Rooms, "_watch_over", _watch_nobody, id="nobody-is-watched"),
        pytest.param(drops, Outlet, "offer", _drop_in_silence, id="drops-are-not-counted"),
        pytest.param(merges, Reading, "_write", _merge_in_silence, id="merges-are-not-counted"),
    ],
)
async def test_a_planted_fault_is_found(
    check: Check, owner: type, name: str, fault: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUIET_S", float("inf"))
    await check(monkeypatch)
    monkeypatch.setattr(owner, name, fault)
    with pytest.raises(AssertionError):
        await check(monkeypatch)
