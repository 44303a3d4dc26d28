"""Time to first chunk."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import seconds, sound
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.timeline import Timeline


def ttfc(timeline: Timeline, *, dialect: str = "agentchat") -> float | NA:
    """Return the time from the request to the first chunk, whatever it carries.

    Formula: ``TTFC = t_chunks[0] - t_request``. Unit: s. Needs one chunk; an opening chunk without
    content counts, which is the difference from `ttft`.

    Notes
    -----
    Source: OpenTelemetry GenAI ``gen_ai.client.operation.time_to_first_chunk``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN:
        return unpublished("time to first chunk", speaker)
    if (broken := sound(timeline)) is not None:
        return broken
    if not timeline.t_chunks:
        return NA("no chunk arrived")
    return seconds(timeline.t_chunks[0] - timeline.t_request)
