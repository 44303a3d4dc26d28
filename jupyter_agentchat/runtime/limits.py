"""What one user may consume."""

from __future__ import annotations

from collections import deque

from jupyter_agentchat.errors import RateLimitedError
from jupyter_agentchat.protocol.clock import Clock

MINUTE_NS = 60_000_000_000


class SendRate:
    """At most `per_minute` sends of one user within any 60 s."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._sends: dict[str, deque[int]] = {}

    def take(self, user: str) -> None:
        """Count one send.

        Raises
        ------
        RateLimitedError
            If the user has no send left; the sentence says when there will be one.
        """
        now = self._clock.monotonic_ns()
        sends = self._sends.setdefault(user, deque())
        while sends and sends[0] <= now - MINUTE_NS:
            sends.popleft()
        if len(sends) >= self._per_minute:
            wait = (sends[0] + MINUTE_NS - now) / 1e9
            message = f"At most {self._per_minute} messages a minute; try again in {wait:.0f} s."
            raise RateLimitedError(message)
        sends.append(now)
