"""Dispatch delay."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import seconds
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline, TimelineTypeError


def dispatch_delay(timeline: Timeline, *, dialect: str = "agentchat") -> float | NA:
    """Return how late the request was sent.

    Formula: ``t_request - t_intended``. Unit: s. Needs `t_intended`, not after the request. It
    tells of the load generator, not of the stream, so failed streams have one too.

    Notes
    -----
    Source: GuideLLM ``request_targeted_start_delay``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | {"guidellm"}:
        return unpublished("dispatch delay", speaker)
    if not isinstance(timeline, Timeline):
        raise TimelineTypeError(f"a metric measures a Timeline, not {type(timeline).__name__}")
    if isinstance(timeline.clock_id, tuple):
        return NA(timeline.problem or "")
    intended = timeline.t_intended
    if intended is None:
        return undefined("nobody said when the request was intended")
    if intended > timeline.t_request:
        return NA("the request was sent before it was intended")
    return seconds(timeline.t_request - intended)
