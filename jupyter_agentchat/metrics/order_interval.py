"""Distribution-free confidence intervals of quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import exp, lgamma, log
from typing import NamedTuple

from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.parameters import inside

_NOTHING = 1e-18


class Interval(NamedTuple):
    """An interval between two order statistics.

    Attributes
    ----------
    low, high : float
        Its ends, values of the sample.
    ranks : tuple of int
        Their ranks, 1 for the smallest.
    coverage : float
        The probability that it holds the quantile, at least the confidence asked for.
    """

    low: float
    high: float
    ranks: tuple[int, int]
    coverage: float


def order_interval(values: Sequence[float], p: float, confidence: float = 0.95) -> Interval | NA:
    """Return the equal-tailed two-sided interval of a quantile that assumes no distribution.

    Formula: ranks l, the largest with ``P(B < l) <= a/2``, and u, the smallest with
    ``P(B >= u) <= a/2``, where ``B ~ Binomial(n, p)`` and ``a = 1 - confidence``. Needs independent
    values, and so many of them that both ranks exist: 6 for the median, 36 for p90, 72 for p95,
    368 for p99 at 95 %. Otherwise NA.

    Parameters
    ----------
    values : sequence of float
        The sample, in any order. Chunks of one stream are not independent; streams may be.
    p : float
        Which quantile, 0 to 1, ends excluded.
    confidence : float
        0 to 1, ends excluded.

    Notes
    -----
    Source: David and Nagaraja, "Order Statistics", section 7.1.
    """
    ascending = sorted(values)
    return sorted_interval(ascending, p, confidence)


def sorted_interval(ascending: Sequence[float], p: float, confidence: float) -> Interval | NA:
    """Return what `order_interval` does of values that are in ascending order already."""
    inside(p, "p")
    inside(confidence, "confidence")
    n = len(ascending)
    found = _ranks(n, p, confidence)
    if found is None:
        wanted = f"{confidence * 100:g} % interval for p{p * 100:g}"
        return undefined(f"{n} values have no distribution-free {wanted}")
    low, high, coverage = found
    return Interval(ascending[low - 1], ascending[high - 1], (low, high), coverage)


@lru_cache(maxsize=4096)
def _ranks(n: int, p: float, confidence: float) -> tuple[int, int, float] | None:
    if n == 0:
        return None
    first, below = _binomial(n, p)
    tail = (1 - confidence) / 2 * (1 + 1e-12)  # what is equal on paper stays so in floats

    def less_than(rank: int) -> float:
        """Return P(B < rank)."""
        place = rank - 1 - first
        return 0.0 if place < 0 else below[min(place, len(below) - 1)]

    ranks = range(max(1, first), min(n, first + len(below)) + 1)
    low = max((rank for rank in ranks if less_than(rank) <= tail), default=0)
    high = min((rank for rank in ranks if 1 - less_than(rank) <= tail), default=0)
    if low == 0 or high == 0:
        return None
    return low, high, less_than(high) - less_than(low)


def _binomial(n: int, p: float) -> tuple[int, list[float]]:
    """Return the first value of B worth counting, and P(B <= b) from it upwards.

    From the mode outwards, so that nothing underflows on the way.
    """
    mode = min(n, int((n + 1) * p))
    choose = lgamma(n + 1) - lgamma(mode + 1) - lgamma(n - mode + 1)
    top = exp(choose + mode * log(p) + (n - mode) * log(1 - p))
    odds = p / (1 - p)
    left, right, first, last = [top], [], mode, mode
    while first > 0 and left[-1] > _NOTHING:
        left.append(left[-1] * first / ((n - first + 1) * odds))
        first -= 1
    weight = top
    while last < n and weight > _NOTHING:
        weight *= (n - last) * odds / (last + 1)
        last += 1
        right.append(weight)
    return first, list(accumulate([*reversed(left), *right]))
