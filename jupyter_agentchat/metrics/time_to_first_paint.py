"""Time to first paint."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import arrivals, seconds
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline


def time_to_first_paint(timeline: Timeline, *, dialect: str = "agentchat") -> float | NA:
    """Return the time from the request until the first content was visible.

    Formula: ``t_first_paint - t_request``. Unit: s. Needs `t_first_paint` on the clock of the
    timeline, not before the first content chunk.

    Notes
    -----
    Source: our definition; load generators stop at the socket.
    """
    speaker = resolve(dialect)
    if dialect not in OWN:
        return unpublished("time to first paint", speaker)
    instants = arrivals(timeline, speaker)
    if isinstance(instants, NA):
        return instants
    if timeline.t_first_paint is None:
        return undefined("nobody reported a paint")
    if timeline.t_first_paint < instants[0]:
        return NA("the first paint is before the first content chunk: two clocks, perhaps")
    return seconds(timeline.t_first_paint - timeline.t_request)
