"""What one user may consume."""

from __future__ import annotations

from collections import deque

from jupyter_agentchat.errors import RateLimitedError
from jupyter_agentchat.protocol.clock import Clock

MINUTE_NS = 60_000_000_000


class Rate:
    """At most `limit` of something for one user within any window.

    Parameters
    ----------
    window_ns : int
        Length of the window.
    what : str
        How the sentence calls it, ``"messages a minute"`` for example.
    """

    def __init__(self, clock: Clock, limit: int, *, window_ns: int, what: str) -> None:
        self._clock = clock
        self._limit = limit
        self._window_ns = window_ns
        self._what = what
        self._taken: dict[str, deque[int]] = {}

    def take(self, user: str) -> None:
        """Count one; RateLimitedError as for `check`."""
        self.check(user)
        self._taken[user].append(self._clock.monotonic_ns())

    def check(self, user: str) -> None:
        """Count nothing.

        Raises
        ------
        RateLimitedError
            If the user has none left; the sentence says when there will be one.
        """
        now = self._clock.monotonic_ns()
        taken = self._taken.setdefault(user, deque())
        while taken and taken[0] <= now - self._window_ns:
            taken.popleft()
        if len(taken) >= self._limit:
            wait = (taken[0] + self._window_ns - now) / 1e9
            message = f"At most {self._limit} {self._what}; try again in {wait:.0f} s."
            raise RateLimitedError(message)


class SendRate(Rate):
    """At most `per_minute` sends of one user within any 60 s."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        super().__init__(clock, per_minute, window_ns=MINUTE_NS, what="messages a minute")
