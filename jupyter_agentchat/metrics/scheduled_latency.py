"""Scheduled latency."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import seconds
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.dispatch_delay import dispatch_delay
from jupyter_agentchat.metrics.e2e import end_of
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.timeline import Timeline


def scheduled_latency(timeline: Timeline, *, dialect: str = "agentchat") -> float | NA:
    """Return the end-to-end latency from when the request should have been sent.

    Formula: ``L - t_intended``, which is `dispatch_delay` + `e2e`. Unit: s. Needs a completed
    stream and `t_intended`. A load generator that waits for slow answers before it sends on hides
    them from `e2e` (coordinated omission), not from this.

    Notes
    -----
    The end is that of `e2e` in the same dialect. Source: GuideLLM, wrk2.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | {"guidellm"}:
        return unpublished("scheduled latency", speaker)
    end = end_of(timeline, speaker)
    if isinstance(end, NA):
        return end
    delay = dispatch_delay(timeline, dialect=dialect)
    if isinstance(delay, NA) or timeline.t_intended is None:
        return delay
    return seconds(end - timeline.t_intended)
