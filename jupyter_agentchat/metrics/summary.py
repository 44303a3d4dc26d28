"""Summaries of one metric over many streams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, inf, isfinite, isnan, sqrt

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.order_interval import Interval, sorted_interval
from jupyter_agentchat.metrics.parameters import one_of
from jupyter_agentchat.metrics.quantiles import sorted_quantile
from jupyter_agentchat.metrics.timeline import TimelineTypeError

_MEDIAN = 0.5
QUANTILES = (0.5, 0.9, 0.95, 0.99)
_TREATMENTS = frozenset({"drop", "inf"})


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of one metric over many streams.

    ``summary.p99``, ``summary["p99"]`` and ``summary.quantiles[0.99]`` are the same.

    Attributes
    ----------
    n : int
        Values that were numbers.
    n_failed : int
        Streams that failed, or could not be measured.
    n_undefined : int
        Healthy streams that have no such value.
    mean, sd, min, max : float or NA
        Of the numbers; sd with `ddof`.
    ddof : int
        1: sample; 0: population (as load generators have it).
    q_method : str
        How the quantiles were taken.
    failed : str
        ``drop`` or ``inf``: what failed streams count for in everything but n and sd.
    confidence : float
        Of the intervals.
    quantiles : mapping of float to float or NA
        One that is not the median is NA where its interval is: so few values tell of no tail.
    intervals : mapping of float to Interval or NA
    reasons : mapping of str to int
        Why streams have no number, and how many.
    """

    n: int
    n_failed: int
    n_undefined: int
    mean: float | NA
    sd: float | NA
    min: float | NA
    max: float | NA
    ddof: int
    q_method: str
    failed: str
    confidence: float
    quantiles: Mapping[float, float | NA]
    intervals: Mapping[float, Interval | NA]
    reasons: Mapping[str, int]

    def row(self) -> dict[str, object]:
        """Return it flat, for a frame: ``p50``, ``p50_low``, ``p50_high``, ..."""
        names = ("n", "n_failed", "n_undefined", "mean", "sd", "ddof", "min", "max")
        flat: dict[str, object] = {name: getattr(self, name) for name in names}
        for p, value in self.quantiles.items():
            interval = self.intervals[p]
            flat[_label(p)] = value
            flat[f"{_label(p)}_low"] = interval if isinstance(interval, NA) else interval.low
            flat[f"{_label(p)}_high"] = interval if isinstance(interval, NA) else interval.high
        return flat | {
            "q_method": self.q_method,
            "confidence": self.confidence,
            "failed": self.failed,
        }

    def __getitem__(self, name: str) -> object:
        return self.row()[name]

    def __getattr__(self, name: str) -> float | NA:
        if name.startswith("p"):
            for p, value in self.quantiles.items():
                if _label(p) == name:
                    return value
        raise AttributeError(f"this summary has no {name!r}")


def summarize(
    values: Iterable[float | NA],
    *,
    quantiles: Sequence[float] = QUANTILES,
    q_method: str = "linear",
    confidence: float = 0.95,
    ddof: int = 1,
    failed: str = "drop",
) -> Summary:
    """Summarize one metric over many streams, the missing values included.

    Parameters
    ----------
    values : iterable of float or NA
        One for each stream, in the unit of the metric. The unit of analysis is the stream: its
        chunks depend on each other.
    quantiles : sequence of float
        Each between 0 and 1.
    q_method : str
        See `quantile`.
    confidence : float
        Of the intervals, which assume no distribution (see `order_interval`): NA where the sample
        is too small, for p99 below n = 368. So is the quantile then, unless it is the median;
        `quantile` gives it all the same.
    ddof : int
        What sd divides by: n - ddof.
    failed : {"drop", "inf"}
        ``inf`` counts a failed stream as slower than all others, against survivorship bias; take
        ``q_method="nearest"`` for what AIPerf calls ``adj_*``.

    Returns
    -------
    Summary
        With NA for what has no number.

    Raises
    ------
    InvalidInputError
        A parameter outside its range, NaN, or a value that is neither number nor NA.
    """
    one_of(failed, _TREATMENTS, "failed")
    numbers, missing = _sort_out(values)
    n_failed = sum(value.failed for value in missing)
    used = numbers + [inf] * n_failed if failed == "inf" else numbers
    empty = undefined("there is no value")
    intervals = {p: sorted_interval(used, p, confidence) for p in quantiles}
    return Summary(
        n=len(numbers),
        n_failed=n_failed,
        n_undefined=len(missing) - n_failed,
        mean=_mean(used) if used else empty,
        sd=_sd(numbers, ddof),
        min=used[0] if used else empty,
        max=used[-1] if used else empty,
        ddof=ddof,
        q_method=q_method,
        failed=failed,
        confidence=confidence,
        quantiles={p: _quantile(used, p, q_method, intervals[p]) for p in quantiles},
        intervals=intervals,
        reasons=dict(Counter(value.reason for value in missing)),
    )


def _sort_out(values: Iterable[float | NA]) -> tuple[list[float], list[NA]]:
    """Return the numbers in ascending order, and the rest."""
    numbers: list[float] = []
    missing: list[NA] = []
    for value in values:
        if isinstance(value, NA):
            missing.append(value)
        elif isinstance(value, bool) or not hasattr(value, "__float__"):
            raise TimelineTypeError(f"a summary is of numbers and NA, not of {value!r}")
        elif isnan(value):
            raise InvalidInputError("a value is NaN; a missing one has to be NA, with its reason")
        else:
            numbers.append(float(value))
    return sorted(numbers), missing


def _quantile(
    ascending: Sequence[float], p: float, q_method: str, interval: Interval | NA
) -> float | NA:
    """Return a quantile; NA in a tail of which the sample cannot tell."""
    if isinstance(interval, NA) and p != _MEDIAN:
        return interval
    if not ascending:
        return undefined("there is no value")
    return sorted_quantile(ascending, p, q_method)


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


def _sd(values: Sequence[float], ddof: int) -> float | NA:
    if len(values) <= ddof:
        return undefined(f"{len(values)} values have no standard deviation with ddof {ddof}")
    if not isfinite(values[-1]) or not isfinite(values[0]):
        return undefined("an infinite value has no standard deviation")
    centre = _mean(values)
    return sqrt(fsum((value - centre) ** 2 for value in values) / (len(values) - ddof))


def _label(p: float) -> str:
    return f"p{p * 100:g}"
