"""Bounds of fan-out, in one frozen record."""

from __future__ import annotations

from msgspec import Struct


class FanoutLimits(Struct, frozen=True, kw_only=True):
    """What one slow reader may cost, and when a room is crowded.

    Attributes
    ----------
    budget_bytes : int
        JSON of the events that a reader may be behind those who keep up. What was in the log
        before it came does not count.
    budget_s : float
        Seconds in which its socket may take nothing while something waits for it.
    crowd : int
        From so many readers on a room may wait a little, so that several chunks share a write.
    window_s : float
        How long, at most; and only while chunks follow each other closely.
    """

    budget_bytes: int = 1024 * 1024
    budget_s: float = 5.0
    crowd: int = 16
    window_s: float = 0.005
