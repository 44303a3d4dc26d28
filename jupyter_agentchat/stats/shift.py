"""How far one sample lies beside another: Hodges-Lehmann, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import floor, sqrt
from typing import NamedTuple

import numpy as np
from scipy import stats

from jupyter_agentchat.metrics import NA
from jupyter_agentchat.metrics.na import undefined
from jupyter_agentchat.stats.sample import Floats, floats, pairs, share

_EXACT_UP_TO = 50
"""Samples of at most so many values have the exact distribution of their rank sum."""


class Shift(NamedTuple):
    """A difference of place and its interval, in the unit of the values.

    Attributes
    ----------
    shift : float
        Positive if a is the larger.
    low, high : float or NA
        The interval; NA where the samples are too small for the confidence.
    confidence : float
    """

    shift: float
    low: float | NA
    high: float | NA
    confidence: float


def hodges_lehmann(
    a: Sequence[float | NA], b: Sequence[float | NA], *, confidence: float = 0.95
) -> Shift | NA:
    """Return the median difference between a value of a and a value of b.

    Formula: ``median of a_i - b_j`` over all pairs; the interval lies between the differences of
    rank k from either end, k the quantile of the Mann-Whitney statistic (normal beyond 50 values).
    Needs one value in each. The interval is of a shift: both distributions are taken to have one
    form.

    Parameters
    ----------
    a, b : sequence of float or NA
        Independent samples.
    confidence : float
        0 to 1, ends excluded.

    Notes
    -----
    Source: Hodges and Lehmann (1963); Moses' interval as in Hollander and Wolfe, section 4.3.
    """
    share(confidence, "confidence")
    first, second = floats(a, "a"), floats(b, "b")
    n, m = len(first), len(second)
    if not n or not m:
        return undefined("a sample is empty")
    differences = np.sort(np.subtract.outer(first, second).ravel())
    return _between(differences, _rank_sum(n, m, (1 - confidence) / 2), confidence)


def paired_shift(
    a: Sequence[float | NA], b: Sequence[float | NA], *, confidence: float = 0.95
) -> Shift | NA:
    """Return the pseudo-median of the differences of pairs.

    Formula: ``median of (d_i + d_j) / 2``, i <= j, d the differences a - b; the interval lies
    between the averages of rank k from either end, k the quantile of Wilcoxon's signed rank sum.
    Needs one pair.

    Parameters
    ----------
    a, b : sequence of float or NA
        As long as each other; value i of both belongs to one prompt.
    confidence : float
        0 to 1, ends excluded.

    Notes
    -----
    Source: Tukey's interval as in Hollander and Wolfe, section 3.3.
    """
    share(confidence, "confidence")
    first, second = pairs(a, b)
    n = len(first)
    if not n:
        return undefined("there is no pair")
    differences = first - second
    walsh = np.add.outer(differences, differences)[np.triu_indices(n)] / 2
    return _between(np.sort(walsh), _signed_rank(n, (1 - confidence) / 2), confidence)


def _between(ascending: Floats, below: int, confidence: float) -> Shift:
    """Return the middle and what has `below` values outside at each end."""
    middle = float(np.median(ascending))
    if below < 1:
        few = undefined(f"too few values for a {confidence * 100:g} % interval")
        return Shift(middle, few, few, confidence)
    low, high = float(ascending[below - 1]), float(ascending[-below])
    return Shift(middle, low, high, confidence)


@lru_cache(maxsize=256)
def _rank_sum(n: int, m: int, tail: float) -> int:
    """Return the largest k with ``P(U < k) <= tail``, U Mann and Whitney's of n and m values.

    The largest of all values is of the first sample with a chance of i / (i + j): adding up, from
    the smallest samples on, loses nothing to rounding.
    """
    if max(n, m) > _EXACT_UP_TO:
        z = float(stats.norm.ppf(1 - tail))
        return floor(n * m / 2 - z * sqrt(n * m * (n + m + 1) / 12))
    chances = [np.ones(1)] * (m + 1)
    for i in range(1, n + 1):
        row = [np.ones(1)]
        for j in range(1, m + 1):
            both = np.zeros(i * j + 1)
            both[j:] += chances[j] * (i / (i + j))
            both[: i * (j - 1) + 1] += row[j - 1] * (j / (i + j))
            row.append(both)
        chances = row
    return _quantile(chances[m], tail)


def _quantile(chances: Floats, tail: float) -> int:
    return int(np.searchsorted(np.cumsum(chances), tail * (1 + 1e-12), side="right"))


@lru_cache(maxsize=256)
def _signed_rank(n: int, tail: float) -> int:
    """Return the largest k with ``P(W < k) <= tail``, W Wilcoxon's signed rank sum of n values."""
    if n > _EXACT_UP_TO:
        z = float(stats.norm.ppf(1 - tail))
        return floor(n * (n + 1) / 4 - z * sqrt(n * (n + 1) * (2 * n + 1) / 24))
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, n + 1):
        ways[rank:] += ways[:-rank].copy()
    return _quantile(ways / 2.0**n, tail)
