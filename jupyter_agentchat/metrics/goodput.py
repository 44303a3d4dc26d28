"""Goodput: requests per second that met every objective."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jupyter_agentchat.metrics.dialects import AIPERF, OWN, resolve, unpublished
from jupyter_agentchat.metrics.e2e import e2e
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.parameters import positive
from jupyter_agentchat.metrics.run import run_duration, timelines_of
from jupyter_agentchat.metrics.slo import (
    DURATIONS,
    LARGER_IS_BETTER,
    RATIOS,
    Objective,
    objectives,
)
from jupyter_agentchat.metrics.timeline import Timeline


def goodput(
    timelines: Timeline | Iterable[Timeline],
    *,
    slo: str | Mapping[str, float],
    dialect: str = "agentchat",
    duration: float | None = None,
) -> float | NA:
    """Return the rate of good requests.

    Formula: ``#good / duration``; good is a request that meets *all* objectives, ``<=`` passing
    (``>=`` where larger is better), every gap counting for ``icl``. A failed request and one that
    lacks a value are not good. Unit: requests/s. Needs one stream and a duration above 0.

    Parameters
    ----------
    timelines : Timeline or iterable of Timeline
        The run, failed streams included.
    slo : str or mapping
        A preset (``"mlperf:llama2-70b-interactive"``) or limits by metric, in seconds or, with the
        suffix ``_ms``, in milliseconds.
    dialect : str
        agentchat, vllm (a request of one token has TPOT 0 and can be good) or aiperf; it decides
        each metric's definition too.
    duration : float, optional
        Seconds; by default that of the run, see `run_duration`.

    Raises
    ------
    InvalidInputError
        An unknown preset or metric; a duration that is not above 0.

    Notes
    -----
    Delaying tokens or dropping requests can improve it (arXiv:2410.14257). Sources: vLLM
    ``calculate_metrics``, AIPerf ``goodput_metric.py``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | AIPERF | {"vllm"}:
        return unpublished("goodput", speaker)
    run = timelines_of(timelines)
    good = good_requests(run, slo=slo, dialect=dialect)
    if not run:
        return undefined("there is no stream")
    if duration is not None:
        return good / positive(duration, "duration")
    took = run_duration(run, dialect=dialect if dialect in AIPERF else "agentchat")
    return took if isinstance(took, NA) else good / took


def good_requests(
    timelines: Timeline | Iterable[Timeline],
    *,
    slo: str | Mapping[str, float],
    dialect: str = "agentchat",
) -> int:
    """Return how many requests met all objectives. Parameters as in `goodput`."""
    resolve(dialect)
    limits = objectives(slo)
    return sum(_good(timeline, limits, dialect) for timeline in timelines_of(timelines))


def _good(timeline: Timeline, limits: Sequence[Objective], dialect: str) -> bool:
    return all(_meets(timeline, metric, limit, dialect) for metric, limit in limits)


def _meets(timeline: Timeline, metric: str, limit: float, dialect: str) -> bool:
    measure = DURATIONS.get(metric) or RATIOS[metric]
    value = measure(timeline, dialect=dialect)
    if isinstance(value, NA):
        return dialect == "vllm" and metric == "tpot" and _is_one_token(timeline)
    if isinstance(value, list):
        value = max(value, default=0.0)
    return value >= limit if metric in LARGER_IS_BETTER else value <= limit


def _is_one_token(timeline: Timeline) -> bool:
    """Return whether vLLM takes a TPOT of 0: only of a request that ended with one token."""
    few = timeline.tokens is not None and timeline.tokens <= 1
    return few and not isinstance(e2e(timeline), NA)
