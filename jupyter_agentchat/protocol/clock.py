"""Time: one monotonic clock per process for every duration, the wall clock for display only."""

from __future__ import annotations

import time
from typing import Protocol

from jupyter_agentchat.protocol.ids import token


class Clock(Protocol):
    """What the package asks of a clock; tests inject their own.

    `monotonic_ns` never goes back and is comparable only within one `clock_id`.
    """

    clock_id: str

    def monotonic_ns(self) -> int:
        """Return nanoseconds since an arbitrary start."""
        ...

    def wall_us(self) -> int:
        """Return microseconds since the Unix epoch (exact in a JavaScript number)."""
        ...


class SystemClock:
    """The process's own clocks."""

    def __init__(self) -> None:
        self.clock_id = token(8)

    monotonic_ns = staticmethod(time.monotonic_ns)

    @staticmethod
    def wall_us() -> int:
        """Return microseconds since the Unix epoch."""
        return time.time_ns() // 1000


SYSTEM_CLOCK = SystemClock()
"""The one clock of this process."""
