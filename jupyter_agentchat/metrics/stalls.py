"""Stalls: the gaps that a reader notices."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from jupyter_agentchat.metrics.content import seconds
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.icl import gapped
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.parameters import to_ns
from jupyter_agentchat.metrics.timeline import Timeline


class Stalls(NamedTuple):
    """What stood still in one stream.

    Attributes
    ----------
    count : int
        Gaps longer than the threshold.
    longest : float
        The longest of them (s), 0 if there is none.
    stall_time : float
        The sum of what they exceed the threshold by (s).
    ratio : float or NA
        `stall_time` per time from the first content chunk to the last.
    """

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    longest: float
    stall_time: float
    ratio: float | NA


def stalls(
    timeline: Timeline, threshold: float = 1.0, *, dialect: str = "agentchat"
) -> Stalls | NA:
    """Return the stalls of a stream.

    Formula: a stall is a gap ``g > threshold``; ``stall_time = sum(g - threshold)`` over them;
    ``ratio = stall_time / (c_m - c_1)``. Units: s, and a ratio. Needs two content chunks; the wait
    for the first one is TTFT and no stall.

    Parameters
    ----------
    timeline : Timeline
        The stream.
    threshold : float
        Seconds, 0 or more; 1 s is about where a reader's train of thought breaks.
    dialect : str
        Ours alone.

    Notes
    -----
    Source: our definition; the idea of a stall ratio is Eloquent's (NAIC 2024), whose exact formula
    may differ.
    """
    speaker = resolve(dialect)
    if dialect not in OWN:
        return unpublished("stalls", speaker)
    limit = to_ns(threshold, "threshold")
    instants = gapped(timeline, speaker)
    if isinstance(instants, NA):
        return instants
    long = [two - one for one, two in pairwise(instants) if two - one > limit]
    excess = sum(long) - len(long) * limit
    whole = instants[-1] - instants[0]
    ratio = excess / whole if whole else undefined("all chunks arrived at one instant")
    return Stalls(len(long), seconds(max(long, default=0)), seconds(excess), ratio)
