"""When to ping, and when a silent peer counts as gone.

Source: engine.io-protocol, revision 4, "Heartbeat".
"""

from __future__ import annotations

from enum import Enum

from jupyter_agentchat.socketio.settings import EngineSettings, to_ns


class Beat(Enum):
    """What is due."""

    PING = "ping"
    DEAD = "dead"


class Heartbeat:
    """The deadlines of one session, from absolute instants: timers that fire late do not drift.

    A check that comes late by more than `patience_ns` means that this process slept or was
    blocked: the peer had no chance to be heard, so it gets a whole time-out from now.

    Parameters
    ----------
    settings : EngineSettings
        Interval and time-out.
    now : int
        The instant of the handshake, in nanoseconds of a monotonic clock.
    """

    def __init__(self, settings: EngineSettings, now: int) -> None:
        self.interval_ns = to_ns(settings.ping_interval_ms)
        self.timeout_ns = to_ns(settings.ping_timeout_ms)
        self.patience_ns = min(self.timeout_ns // 2, to_ns(1_000))
        self.deadline = now + self.interval_ns
        self._awaiting = False

    def check(self, now: int) -> Beat | None:
        """Return what is due at `now`; a ping counts as sent by being returned."""
        if now < self.deadline:
            return None
        late = now - self.deadline > self.patience_ns
        if not self._awaiting:
            self._awaiting = True
            self.deadline = (now if late else self.deadline) + self.timeout_ns
            return Beat.PING
        if late:
            self.deadline = now + self.timeout_ns
            return None
        return Beat.DEAD

    def pong(self, now: int) -> None:
        """Note the answer to the last ping; one that nobody asked for changes nothing."""
        if self._awaiting:
            self._awaiting = False
            self.deadline = now + self.interval_ns
