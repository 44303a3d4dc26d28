from __future__ import annotations

import asyncio

from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.testing.clock import FakeClock


async def test_it_is_a_clock_that_stands_still() -> None:
    clock: Clock = FakeClock(5_000)
    assert clock.monotonic_ns() == clock.monotonic_ns() == 5_000
    assert clock.wall_us() == 5


async def test_advance_wakes_each_sleeper_at_its_own_instant() -> None:
    clock = FakeClock(0)
    woken: list[tuple[str, int]] = []

    async def sleeper(name: str, *seconds: float) -> None:
        for each in seconds:
            await clock.sleep(each)
            woken.append((name, clock.monotonic_ns()))

    tasks = [asyncio.create_task(sleeper("a", 2)), asyncio.create_task(sleeper("b", 1, 0.5, 9))]
    await clock.advance(0.5)
    assert (woken, clock.sleepers) == ([], 2)
    await clock.advance(2.5)
    assert woken == [("b", 1_000_000_000), ("b", 1_500_000_000), ("a", 2_000_000_000)]
    assert clock.monotonic_ns() == 3_000_000_000
    await clock.advance(10)
    await asyncio.gather(*tasks)


async def test_a_cancelled_sleep_is_forgotten() -> None:
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(1))
    await clock.settle()
    task.cancel()
    await clock.settle()
    assert clock.sleepers == 0
    await clock.advance(2)


async def test_a_jumping_clock_takes_every_sleep_at_once() -> None:
    clock = FakeClock(0, jumps=True)
    await clock.sleep(3600)
    await clock.sleep(0)
    assert clock.monotonic_ns() == 3_600_000_000_000
    assert clock.slept == [3600, 0]


async def test_a_jump_wakes_nobody() -> None:
    clock = FakeClock(0)
    task = asyncio.create_task(clock.sleep(1))
    await clock.settle()
    clock.jump(5)
    await clock.settle()
    assert clock.sleepers == 1
    await clock.advance(0)
    await task
    assert clock.monotonic_ns() == 5_000_000_000
