"""Shift function: how two distributions differ, quantile by quantile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from jupyter_agentchat.metrics import NA, order_interval
from jupyter_agentchat.metrics.na import undefined
from jupyter_agentchat.stats.sample import Floats, floats, resamples, share

DECILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


class QuantileShift(NamedTuple):
    """The difference of one quantile.

    Attributes
    ----------
    p : float
        Which quantile.
    a, b : float
        The quantile of each sample (linear).
    shift : float
        ``a - b``.
    low, high : float or NA
        Pointwise bootstrap interval; NA where a sample is too small to tell of this quantile.
    """

    p: float
    a: float
    b: float
    shift: float
    low: float | NA
    high: float | NA


def shift_function(
    a: Sequence[float | NA],
    b: Sequence[float | NA],
    *,
    quantiles: Sequence[float] = DECILES,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 0,
) -> list[QuantileShift] | NA:
    """Return the differences of the quantiles of two independent samples.

    Formula: ``Q_a(p) - Q_b(p)`` and its percentile bootstrap interval, both samples drawn anew each
    time. Each interval holds with `confidence` by itself, not all of them together. Needs one value
    in each.

    Parameters
    ----------
    a, b : sequence of float or NA
        The samples.
    quantiles : sequence of float
        Each between 0 and 1.
    confidence : float
        0 to 1, ends excluded.
    n_resamples, seed : int
        Of the bootstrap; 100 resamples at least.

    Raises
    ------
    InvalidInputError
        A parameter outside its range, or a value that is no finite number.

    Notes
    -----
    Source: Doksum (1974); Rousselet, Pernet and Wilcox, "Beyond differences in means" (2017).
    """
    share(confidence, "confidence")
    resamples(n_resamples)
    wanted = np.array([share(p, "a quantile") for p in quantiles])
    first, second = floats(a, "a"), floats(b, "b")
    if not len(first) or not len(second):
        return undefined("a sample is empty")
    rng = np.random.default_rng(seed)
    drawn = _resampled(first, wanted, n_resamples, rng) - _resampled(
        second, wanted, n_resamples, rng
    )
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=1)
    of_a, of_b = np.quantile(first, wanted), np.quantile(second, wanted)
    found = []
    for i, p in enumerate(quantiles):
        one, two = float(of_a[i]), float(of_b[i])
        narrow = order_interval(first.tolist(), p, confidence)
        if not isinstance(narrow, NA):
            narrow = order_interval(second.tolist(), p, confidence)
        ends = (narrow, narrow) if isinstance(narrow, NA) else (float(low[i]), float(high[i]))
        found.append(QuantileShift(p, one, two, one - two, *ends))
    return found


def _resampled(values: Floats, p: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Return the quantiles of `count` samples drawn from one; shape (p, count)."""
    drawn = rng.choice(values, (count, len(values)))
    found: Floats = np.quantile(drawn, p, axis=1)
    return found
