"""Sample quantiles, by the method one names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.parameters import one_of, real


def quantile(values: Sequence[float], p: float, q_method: str = "linear") -> float:
    """Return the p-quantile of a sample.

    Parameters
    ----------
    values : sequence of float
        At least one, in any order; +inf is legal (a failed request as the slowest of all).
    p : float
        0 to 1.
    q_method : str
        numpy's names. ``linear`` (numpy, pandas, vLLM, AIPerf), ``inverted_cdf`` (HDR histograms),
        ``nearest`` (AIPerf's ``adj_*``), ``lower``, ``higher``, ``midpoint``, ``hazen``,
        ``weibull``, ``median_unbiased``.

    Returns
    -------
    float
        In the unit of the values.

    Raises
    ------
    InvalidInputError
        No values, p outside 0 to 1, or an unknown method.

    Notes
    -----
    1, 2, ..., 10 has p99 = 9.91 (linear) or 10 (inverted_cdf): always tell the method. Source:
    Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996).
    """
    return sorted_quantile(sorted(values), p, q_method)


def sorted_quantile(ascending: Sequence[float], p: float, q_method: str = "linear") -> float:
    """Return what `quantile` does of values that are in ascending order already."""
    one_of(q_method, Q_METHODS, "q_method")
    if not ascending:
        raise InvalidInputError("a quantile needs one value at least")
    if real(p, "p", least=0) > 1:
        raise InvalidInputError(f"p is {p}; it has to be from 0 to 1")
    position = _POSITIONS[q_method](p, len(ascending))
    position = min(max(position, 0), len(ascending) - 1)
    below = floor(position)
    part = position - below
    one = ascending[below]
    if part == 0:
        return one
    two = ascending[below + 1]
    # From the nearer end, as numpy does, so that no rounding leaves the interval; and equal ends
    # stay as they are, infinite ones too.
    if one == two:
        return one
    return one + (two - one) * part if part < 0.5 else two - (two - one) * (1 - part)  # noqa: PLR2004


_POSITIONS: dict[str, Callable[[float, int], float]] = {
    "linear": lambda p, n: p * (n - 1),
    "lower": lambda p, n: floor(p * (n - 1)),
    "higher": lambda p, n: ceil(p * (n - 1)),
    "midpoint": lambda p, n: (floor(p * (n - 1)) + ceil(p * (n - 1))) / 2,
    "nearest": lambda p, n: round(p * (n - 1)),
    "inverted_cdf": lambda p, n: ceil(p * n) - 1,
    "hazen": lambda p, n: p * n - 0.5,
    "weibull": lambda p, n: p * (n + 1) - 1,
    "median_unbiased": lambda p, n: p * (n + 1 / 3) - 2 / 3,
}
"""Zero-based place of the p-quantile among n ordered values."""

Q_METHODS = frozenset(_POSITIONS)
