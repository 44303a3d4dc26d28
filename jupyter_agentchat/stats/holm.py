"""Holm's correction for many comparisons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.stats.sample import floats


def holm(p_values: Sequence[float]) -> list[float]:
    """Return adjusted p values, in the order given; reject where one is at most alpha.

    Formula: sorted ascending, ``max over j <= i of (k - j + 1) p_j``, at most 1, for k values. It
    holds the chance of any false rejection at alpha, whatever the tests depend on.

    Raises
    ------
    InvalidInputError
        A p value is not from 0 to 1.

    Notes
    -----
    Source: Holm (1979); agrees with R's ``p.adjust(p, "holm")``.
    """
    p = floats(p_values, "p_values")
    if ((p < 0) | (p > 1)).any():
        raise InvalidInputError("a p value is from 0 to 1")
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(steps, 1)
    found: list[float] = adjusted.tolist()
    return found
