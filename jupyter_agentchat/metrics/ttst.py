"""Time to second token."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import arrivals, seconds
from jupyter_agentchat.metrics.dialects import AIPERF, OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline


def ttst(timeline: Timeline, *, dialect: str = "agentchat") -> float | NA:
    """Return the time from the first content chunk to the second.

    Formula: ``TTST = c_2 - c_1``. Unit: s. Needs two content chunks. Like its source it counts
    chunks, not tokens.

    Notes
    -----
    Source: AIPerf ``ttst_metric.py``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | AIPERF:
        return unpublished("time to second token", speaker)
    instants = arrivals(timeline, speaker)
    if isinstance(instants, NA):
        return instants
    if len(instants) < 2:  # noqa: PLR2004 (two chunks have one gap)
        return undefined("one content chunk has no second one after it")
    return seconds(instants[1] - instants[0])
