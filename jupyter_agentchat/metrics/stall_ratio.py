"""Stall ratio."""

from __future__ import annotations

from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.stalls import stalls
from jupyter_agentchat.metrics.timeline import Timeline


def stall_ratio(
    timeline: Timeline, threshold: float = 1.0, *, dialect: str = "agentchat"
) -> float | NA:
    """Return the share of the time between first and last chunk that was spent waiting in stalls.

    Formula: ``sum((gap - threshold)+) / (c_m - c_1)``. Unit: ratio in [0, 1). Needs two content
    chunks at two instants. Parameters and source: `stalls`, of which it is the last number.
    """
    found = stalls(timeline, threshold, dialect=dialect)
    return found if isinstance(found, NA) else found.ratio
