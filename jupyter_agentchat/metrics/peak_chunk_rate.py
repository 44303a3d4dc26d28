"""Peak chunk rate of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from jupyter_agentchat.metrics.content import arrivals
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.parameters import positive, to_ns
from jupyter_agentchat.metrics.run import one_clock, succeeded, timelines_of
from jupyter_agentchat.metrics.timeline import Timeline


def peak_chunk_rate(
    timelines: Timeline | Iterable[Timeline], *, dialect: str = "agentchat", window: float = 1.0
) -> float | NA:
    """Return the most content chunks per second of a run.

    Formula: the largest count of chunks in one of the windows ``[t_0 + k w, t_0 + (k + 1) w)``,
    over w; t_0 is the first request. Unit: chunks/s. Needs one content chunk.

    Parameters
    ----------
    timelines : Timeline or iterable of Timeline
        The run; streams that failed or brought nothing are left out.
    dialect : str
        agentchat or vllm, which publishes it for windows of 1 s as ``max_output_tokens_per_s``,
        although it counts chunks.
    window : float
        Seconds.

    Notes
    -----
    Source: vLLM ``calculate_metrics``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | {"vllm"}:
        return unpublished("peak chunk rate", speaker)
    width = max(1, to_ns(positive(window, "window"), "window"))
    run = succeeded(timelines_of(timelines))
    if (mixed := one_clock(run)) is not None:
        return mixed
    start = min((timeline.t_request for timeline in run), default=0)
    full: Counter[int] = Counter()
    for timeline in run:
        instants = arrivals(timeline, speaker)
        if not isinstance(instants, NA):
            full.update((instant - start) // width for instant in instants)
    return max(full.values()) / window if full else undefined("no content chunk arrived")
