"""Empirical distribution function."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, groupby
from math import log, sqrt
from typing import NamedTuple

from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.parameters import inside


class Ecdf(NamedTuple):
    """Steps of an empirical distribution function.

    Attributes
    ----------
    x : list of float
        The distinct values, ascending.
    f : list of float
        The share of the sample that is at most x.
    band : float
        Half-width of the band that holds the true function everywhere, with the confidence asked
        for.
    """

    x: list[float]
    f: list[float]
    band: float


def ecdf(values: Iterable[float], *, confidence: float = 0.95) -> Ecdf | NA:
    """Return the empirical distribution function of a sample with its confidence band.

    Formula: ``F(x) = #{v <= x} / n``; ``band = sqrt(ln(2 / (1 - confidence)) / (2 n))``. Units:
    that of the values, and shares. Needs one value.

    Raises
    ------
    InvalidInputError
        `confidence` is not between 0 and 1.

    Notes
    -----
    Source of the band: Dvoretzky, Kiefer, Wolfowitz, with Massart's constant (1990).
    """
    tail = 1 - inside(confidence, "confidence")
    runs = [(x, sum(1 for _ in same)) for x, same in groupby(sorted(values))]
    if not runs:
        return undefined("there is no value")
    below = list(accumulate(count for _, count in runs))
    n = below[-1]
    band = sqrt(log(2 / tail) / (2 * n))
    return Ecdf([x for x, _ in runs], [count / n for count in below], band)
