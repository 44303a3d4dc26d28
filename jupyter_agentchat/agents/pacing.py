"""Pace: waiting for absolute instants, so that late wake-ups never add up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock

Sleep = Callable[[float], Awaitable[None]]
"""Sleeps so many seconds; like `asyncio.sleep`, it yields to the loop even for 0."""


class Pacer:
    """Waits for instants that are counted from its own making.

    Parameters
    ----------
    clock, sleep
        Where time comes from; tests inject both.

    Attributes
    ----------
    start_ns : int
        When it was made.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self.start_ns = clock.monotonic_ns()

    async def until(self, offset_ns: int) -> None:
        """Return at the start plus `offset_ns`, or at once if that is past.

        Either way the loop gets one turn, so that a late pacer starves nobody.
        """
        left_ns = self.start_ns + offset_ns - self._clock.monotonic_ns()
        await self._sleep(max(left_ns, 0) / 1e9)
