from __future__ import annotations

from jupyter_agentchat.agents.pacing import Pacer
from jupyter_agentchat.testing.clock import FakeClock

MS = 1_000_000


async def test_it_waits_for_absolute_instants() -> None:
    clock = FakeClock(5, jumps=True)
    pacer = Pacer(clock, clock.sleep)
    for offset in (10, 20, 20, 50):
        await pacer.until(offset * MS)
    assert clock.slept == [0.010, 0.010, 0, 0.030]
    assert clock.monotonic_ns() == 5 + 50 * MS


async def test_a_late_wake_up_does_not_add_up_and_yields_all_the_same() -> None:
    clock = FakeClock(0, jumps=True)
    pacer = Pacer(clock, clock.sleep)
    clock.jump(0.025)
    for offset in (10, 20, 30):
        await pacer.until(offset * MS)
    assert clock.slept == [0, 0, 0.005]
    assert clock.monotonic_ns() == 30 * MS
