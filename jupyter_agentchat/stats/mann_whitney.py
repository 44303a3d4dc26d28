"""Mann-Whitney test of two samples, with its effect size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from jupyter_agentchat.metrics import NA
from jupyter_agentchat.metrics.na import undefined
from jupyter_agentchat.metrics.parameters import one_of
from jupyter_agentchat.stats.sample import floats

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
    Source: Mann and Whitney (1947); the mathematics is ``scipy.stats.mannwhitneyu``.
    """
    one_of(method, METHODS, "method")
    first, second = floats(a, "a"), floats(b, "b")
    if not len(first) or not len(second):
        return undefined("a sample is empty")
    distinct = np.unique(np.concatenate([first, second]))
    if len(distinct) == 1:
        return undefined("all values are equal")
    tied = len(distinct) < len(first) + len(second)
    if method == "auto":
        small = min(len(first), len(second)) <= _EXACT_UP_TO
        method = "exact" if small and not tied else "asymptotic"
    if method == "exact" and tied:
        return undefined("values are tied: no exact distribution")
    found = stats.mannwhitneyu(first, second, method=method)
    a12 = float(found.statistic) / (len(first) * len(second))
    return MannWhitney(float(found.statistic), float(found.pvalue), method, a12, 2 * a12 - 1)
