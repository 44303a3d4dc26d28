from __future__ import annotations

from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, SystemClock


def test_a_clock_names_itself_and_never_goes_back() -> None:
    assert SYSTEM_CLOCK.clock_id != SystemClock().clock_id
    first = SYSTEM_CLOCK.monotonic_ns()
    assert SYSTEM_CLOCK.monotonic_ns() >= first


def test_wall_time_is_exact_in_a_javascript_number() -> None:
    assert 1_600_000_000_000_000 < SYSTEM_CLOCK.wall_us() < 2**53
