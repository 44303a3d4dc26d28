from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_agentchat.web import pulse as pulses
from jupyter_agentchat.web.pulse import TURNS, Pulse


class Timer:
    """A timer that rings when it is told to."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class Loop:
    """Stands in for asyncio and its running loop."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.timers: list[Timer] = []

    def get_running_loop(self) -> Loop:
        return self

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        self.delays.append(delay)
        self.timers.append(Timer(callback))
        return self.timers[-1]

    def ring(self) -> int:
        """Let every timer that is set ring; returns how many there were."""
        callbacks = [timer.callback for timer in self.timers if timer.callback is not None]
        self.timers.clear()
        for callback in callbacks:
            callback()
        return len(callbacks)


class Member:
    """Counts its turns; it may leave in one."""

    def __init__(self, pulse: Pulse, *, stays: bool = True) -> None:
        self.turns = 0
        self._pulse = pulse
        self._stays = stays

    def beat(self) -> None:
        self.turns += 1
        if not self._stays:
            self._pulse.discard(self)


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    loop = Loop()
    monkeypatch.setattr(pulses, "asyncio", loop)
    return loop


def test_each_member_has_one_turn_in_every_round_and_all_share_one_timer(loop: Loop) -> None:
    pulse = Pulse(10)
    members = [Member(pulse) for _ in range(1000)]
    for member in members:
        pulse.add(member)
        pulse.add(member)
    most = 0
    for _ in range(2 * TURNS):
        before = sum(member.turns for member in members)
        assert loop.ring() == 1
        most = max(most, sum(member.turns for member in members) - before)
    assert {member.turns for member in members} == {2}
    assert most < 500
    assert set(loop.delays) == {10 / TURNS}


def test_who_has_left_beats_no_more_and_without_any_there_is_no_timer(loop: Loop) -> None:
    pulse = Pulse(10)
    stays, leaves = Member(pulse), Member(pulse, stays=False)
    pulse.add(stays)
    pulse.add(leaves)
    for _ in range(3 * TURNS):
        loop.ring()
    assert (stays.turns, leaves.turns) == (3, 1)
    assert stays in pulse
    assert leaves not in pulse
    pulse.discard(leaves)
    pulse.discard(stays)
    assert loop.ring() == 0
    pulse.add(stays)
    assert loop.ring() == 1
