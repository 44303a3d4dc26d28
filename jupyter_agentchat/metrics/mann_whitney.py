"""Mann-Whitney test of two samples, with its effect size."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import comb, sqrt
from statistics import NormalDist
from typing import NamedTuple

from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.parameters import one_of

METHODS = frozenset({"auto", "exact", "asymptotic"})
_EXACT_UP_TO = 8


class MannWhitney(NamedTuple):
    """Whether two samples differ in place, and how much.

    Attributes
    ----------
    u : float
        Pairs in which a is the larger, ties counting half.
    p : float
        Two-sided.
    method : str
        ``exact`` or ``asymptotic``.
    a12 : float
        Vargha and Delaney's effect size: the chance that a is the larger, ``u / (n_a n_b)``.
    cliffs_delta : float
        ``2 a12 - 1``.
    """

    u: float
    p: float
    method: str
    a12: float
    cliffs_delta: float


def mann_whitney(
    a: Sequence[float], b: Sequence[float], *, method: str = "auto"
) -> MannWhitney | NA:
    """Compare two samples of independent values by their ranks.

    Formula: U of a; p from all arrangements of the ranks (exact), or from the normal distribution
    with continuity and tie correction (asymptotic). Needs one value in each, not all equal.

    Parameters
    ----------
    a, b : sequence of float
        The samples.
    method : {"auto", "exact", "asymptotic"}
        auto: exact if there are no ties and either sample has 8 values or fewer.

    Notes
    -----
    Source: Mann and Whitney (1947); agrees with ``scipy.stats.mannwhitneyu``.
    """
    one_of(method, METHODS, "method")
    if not a or not b:
        return undefined("a sample is empty")
    ties = [sum(1 for _ in same) for _, same in groupby(sorted([*a, *b]))]
    if len(ties) == 1:
        return undefined("all values are equal")
    u = _u(a, b)
    n, m = len(a), len(b)
    tied = max(ties) > 1
    if method == "auto":
        method = "exact" if not tied and min(n, m) <= _EXACT_UP_TO else "asymptotic"
    if method == "exact" and tied:
        return undefined("values are tied: no exact distribution")
    p = _exact(u, n, m) if method == "exact" else _asymptotic(u, n, m, ties)
    return MannWhitney(u, p, method, u / (n * m), 2 * u / (n * m) - 1)


def _u(a: Sequence[float], b: Sequence[float]) -> float:
    """Return U of a from its mid-ranks."""
    labelled = sorted([(value, True) for value in a] + [(value, False) for value in b])
    rank_sum, before = 0.0, 0
    for _, same in groupby(labelled, key=lambda pair: pair[0]):
        of_a = [from_a for _, from_a in same]
        rank_sum += sum(of_a) * (before + (len(of_a) + 1) / 2)
        before += len(of_a)
    return rank_sum - len(a) * (len(a) + 1) / 2


def _asymptotic(u: float, n: int, m: int, ties: Sequence[int]) -> float:
    total = n + m
    correction = sum(t**3 - t for t in ties) / (total * (total - 1))
    sd = sqrt(n * m / 12 * (total + 1 - correction))
    z = (max(u, n * m - u) - n * m / 2 - 0.5) / sd
    return min(1.0, 2 * (1 - NormalDist().cdf(z)))


def _exact(u: float, n: int, m: int) -> float:
    extreme = _arrangements(min(n, m), max(n, m))[: round(min(u, n * m - u)) + 1]
    return min(1.0, 2 * sum(extreme) / comb(n + m, n))


def _arrangements(n: int, m: int) -> list[int]:
    """Return for each U how many orders of n and m values have it.

    They are the coefficients of the Gaussian binomial, ``prod (1 - x^(m+i)) / (1 - x^i)``.
    """
    counts = [1] + [0] * (n * m)
    for i in range(1, n + 1):
        for k in range(n * m, m + i - 1, -1):
            counts[k] -= counts[k - m - i]
        for k in range(i, n * m + 1):
            counts[k] += counts[k - i]
    return counts
