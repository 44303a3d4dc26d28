"""One timer for all connections: each has its turn in every round."""

from __future__ import annotations

import asyncio
from typing import Protocol

TURNS = 40
"""Parts of a round; so many connections share a turn that thousands never beat at once."""


class Beating(Protocol):
    """What has to be looked at from time to time."""

    def beat(self) -> None:
        """Take its turn; it may leave the pulse in it."""
        ...


class Pulse:
    """Lets each of its members beat once in `every_s`; the first time within that.

    A timer for each connection would cost each a kilobyte, and the loop a wake-up.
    """

    def __init__(self, every_s: float) -> None:
        self._turn_s = every_s / TURNS
        self._turns: list[set[Beating]] = [set() for _ in range(TURNS)]
        self._turn = 0
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    def __contains__(self, member: Beating) -> bool:
        """Tell whether it has its turns here."""
        return member in self._turns[hash(member) % TURNS]

    def add(self, member: Beating) -> None:
        """Take a member; twice does nothing."""
        turn = self._turns[hash(member) % TURNS]
        if member not in turn:
            turn.add(member)
            self._count += 1
        if self._timer is None:
            self._wait()

    def discard(self, member: Beating) -> None:
        """Let a member go; twice does nothing. Without any there is no timer."""
        turn = self._turns[hash(member) % TURNS]
        if member in turn:
            turn.remove(member)
            self._count -= 1
        if not self._count and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._turn_s, self._beat)

    def _beat(self) -> None:
        self._wait()
        self._turn = (self._turn + 1) % TURNS
        for member in tuple(self._turns[self._turn]):
            member.beat()
