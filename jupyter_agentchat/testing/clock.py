"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import heapq
import itertools

_SETTLE_TICKS = 50
"""Turns of the loop that a woken task gets before time moves on."""


class FakeClock:
    """A `Clock` and its `sleep`, moved by hand or by its sleepers.

    Parameters
    ----------
    start_ns : int
        What `monotonic_ns` shows at first; never 0 by default, since 0 is easily taken for "unset".
    jumps : bool
        True: each sleep moves the clock to its end and returns after one turn of the loop, so that
        time costs nothing. False: a sleep lasts until `advance` passes its end.

    Attributes
    ----------
    slept : list of float
        The seconds of every sleep so far, in order of the calls.
    """

    clock_id = "fake"

    def __init__(self, start_ns: int = 1_000_000_000, *, jumps: bool = False) -> None:
        self.slept: list[float] = []
        self._now_ns = start_ns
        self._jumps = jumps
        self._order = itertools.count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def monotonic_ns(self) -> int:
        """Return the fake instant."""
        return self._now_ns

    def wall_us(self) -> int:
        """Return the fake instant in microseconds, as if the clock had started at the epoch."""
        return self._now_ns // 1000

    @property
    def sleepers(self) -> int:
        """How many sleeps are under way."""
        return sum(not future.done() for _, _, future in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Sleep on this clock; like `asyncio.sleep`, it always yields to the loop once."""
        self.slept.append(seconds)
        until_ns = self._now_ns + round(seconds * 1e9)
        if self._jumps or until_ns <= self._now_ns:
            self._now_ns = max(self._now_ns, until_ns)
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (until_ns, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move the clock, waking each sleeper at its own instant and letting it run."""
        target_ns = self._now_ns + round(seconds * 1e9)
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= target_ns:
            until_ns, _, future = heapq.heappop(self._sleepers)
            self._now_ns = max(self._now_ns, until_ns)
            if not future.done():
                future.set_result(None)
                await self.settle()
        self._now_ns = max(self._now_ns, target_ns)

    def jump(self, seconds: float) -> None:
        """Move the clock without waking anybody: the loop was busy meanwhile."""
        self._now_ns += round(seconds * 1e9)

    async def settle(self) -> None:
        """Let every task that is ready run until it waits again."""
        for _ in range(_SETTLE_TICKS):
            await asyncio.sleep(0)
