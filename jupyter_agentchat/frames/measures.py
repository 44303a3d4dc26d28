"""One number for each stream: the metrics that can be summarised, compared and plotted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jupyter_agentchat import metrics as m
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.timelines import Measured
from jupyter_agentchat.metrics import NA, Timeline

Metric = Callable[[Timeline], float | NA]


def _icl(timeline: Timeline) -> float | NA:
    gaps = m.icl(timeline)
    return gaps if isinstance(gaps, NA) else m.quantile(gaps, 0.5)


def _itl(timeline: Timeline) -> float | NA:
    found = m.itl(timeline)
    return found if isinstance(found, float | NA) else NA("this ITL is a list")


def _stalls(timeline: Timeline) -> float | NA:
    found = m.stalls(timeline)
    return found if isinstance(found, NA) else found.count


METRICS: dict[str, tuple[Metric, str]] = {
    "ttft": (m.ttft, "s"),
    "ttfc": (m.ttfc, "s"),
    "ttst": (m.ttst, "s"),
    "icl": (_icl, "s"),
    "itl": (_itl, "s"),
    "tpot": (m.tpot, "s"),
    "e2e": (m.e2e, "s"),
    "normalized_latency": (m.normalized_latency, "s"),
    "tokens_per_second": (m.tokens_per_second, "tokens/s"),
    "tokens_per_chunk": (m.tokens_per_chunk, "tokens"),
    "stalls": (_stalls, "1"),
    "stall_ratio": (m.stall_ratio, "1"),
    "jitter": (m.jitter, "s"),
    "smoothness": (m.smoothness, "1"),
    "qoe": (m.qoe, "1"),
    "fluidity": (m.fluidity, "1"),
    "read_ahead": (m.read_ahead, "tokens"),
    "time_to_first_paint": (m.time_to_first_paint, "s"),
    "dispatch_delay": (m.dispatch_delay, "s"),
    "scheduled_latency": (m.scheduled_latency, "s"),
}
"""By name: the metric and its unit, in our dialect with its default parameters.

`icl` is the stream's median gap and `stalls` the number of its gaps over 1 s.
"""

_BY_TOKENS = frozenset(
    {"tpot", "itl", "normalized_latency", "tokens_per_second", "tokens_per_chunk"}
)
"""Metrics that need the number of a stream's tokens and not when each came."""
_AT_TOKENS = frozenset({"qoe", "fluidity", "read_ahead"})
"""Metrics that need an instant for each token."""
_WITHOUT_CHUNKS = frozenset({"dispatch_delay"})


def metric_of(metric: str | Metric) -> tuple[str, Metric, str]:
    """Return a metric's name, itself and its unit; a function of a Timeline is one too.

    Raises
    ------
    InvalidInputError
        There is none of that name.
    """
    if callable(metric):
        return getattr(metric, "__name__", "metric"), metric, ""
    if metric not in METRICS:
        message = f"There is no metric {metric!r}; choose one of {', '.join(METRICS)}."
        raise InvalidInputError(message)
    return metric, *METRICS[metric]


def token_methods(streams: Iterable[Measured], metric: str) -> str | None:
    """Return how tokens were counted, or got their instants, in the streams that have a number.

    Returns
    -------
    str or None
        ``usage``, ``spread``, ``chunk`` (see `metrics.token_method`), several joined by a comma,
        or None for a metric that counts no tokens.
    """
    if metric in _BY_TOKENS:
        return "usage"
    if metric not in _AT_TOKENS:
        return None
    found = {m.token_method(each.timeline) for each in streams if each.missing is None}
    return ", ".join(sorted(each for each in found if isinstance(each, str))) or None


def values(streams: Iterable[Measured], metric: str | Metric) -> list[float | NA]:
    """Return the metric of each stream, NA with its reason where it has none."""
    name, function, _ = metric_of(metric)
    return [
        function(each.timeline) if each.missing is None or name in _WITHOUT_CHUNKS else each.missing
        for each in streams
    ]
