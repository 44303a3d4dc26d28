"""Peak concurrency of a run."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.run import last_instant, one_clock, succeeded, timelines_of
from jupyter_agentchat.metrics.timeline import Timeline


def peak_concurrency(
    timelines: Timeline | Iterable[Timeline], *, dialect: str = "agentchat"
) -> int | NA:
    """Return how many streams were under way at once, at most.

    Formula: ``max over t of #{streams with t_request <= t < end}``; intervals are half-open, so one
    that ends as another begins does not overlap it, and an empty one counts nowhere. Unit: streams.

    Parameters
    ----------
    timelines : Timeline or iterable of Timeline
        The run; streams that failed or brought nothing are left out.
    dialect : str
        agentchat: a stream ends at `t_end` if known; vllm: at its last chunk.

    Notes
    -----
    Source: vLLM ``calculate_concurrency``, ``tests/benchmarks/test_serve_metrics.py@07fd367e``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | {"vllm"}:
        return unpublished("peak concurrency", speaker)
    moves: list[tuple[int, int]] = []
    run = succeeded(timelines_of(timelines))
    if (mixed := one_clock(run)) is not None:
        return mixed
    for timeline in run:
        end = last_instant(timeline, to_end=dialect in OWN)
        if end > timeline.t_request:
            moves += [(timeline.t_request, 1), (end, -1)]
    level = peak = 0
    for _, step in sorted(moves):
        level += step
        peak = max(peak, level)
    return peak
