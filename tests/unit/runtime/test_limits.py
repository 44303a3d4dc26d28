from __future__ import annotations

import pytest

from jupyter_agentchat.errors import RateLimitedError
from jupyter_agentchat.runtime.limits import MINUTE_NS, SendRate


class Clock:
    clock_id = "test"
    now = 0

    def monotonic_ns(self) -> int:
        return self.now

    def wall_us(self) -> int:
        return 0


def test_a_minute_is_a_sliding_window_per_user() -> None:
    clock = Clock()
    rate = SendRate(clock, 2)
    rate.take("ann")
    clock.now = MINUTE_NS // 2
    rate.take("ann")
    rate.take("bob")
    with pytest.raises(RateLimitedError, match="again in 30 s"):
        rate.take("ann")
    clock.now = MINUTE_NS
    rate.take("ann")
    with pytest.raises(RateLimitedError):
        rate.take("ann")
