"""How many streams a comparison needs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from scipy import stats

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.metrics.na import undefined
from jupyter_agentchat.metrics.parameters import positive
from jupyter_agentchat.stats.sample import floats, share

_LEAST = 10


def sample_size(
    pilot: Sequence[float | NA], *, change: float, power: float = 0.8, alpha: float = 0.05
) -> int | NA:
    """Return how many streams each side needs for a Mann-Whitney test to see a change.

    Formula: ``n = (z_(1-alpha/2) + z_power)^2 / (6 (A - 1/2)^2)`` for each of two equal groups, A
    the chance that a value of the pilot moved by `change` times its median exceeds an unmoved one,
    ties counting half. Needs a pilot of 10 values.

    Parameters
    ----------
    pilot : sequence of float or NA
        What was measured before, one value for each stream.
    change : float
        Relative to the median: 0.1 asks for 10 % of p50.
    power : float
        The chance to see it, if it is there.
    alpha : float
        The chance to see it, if it is not.

    Raises
    ------
    InvalidInputError
        A parameter outside its range.

    Notes
    -----
    Source: Noether, "Sample size determination for some common nonparametric tests" (1987). The
    change is taken for a shift; a change of form needs a simulation of its own.
    """
    share(power, "power")
    share(alpha, "alpha")
    by = positive(abs(change), "change")
    known = floats(pilot, "pilot")
    if len(known) < _LEAST:
        return undefined(f"a pilot of {len(known)} values says too little; take {_LEAST}")
    move = by * float(np.median(known))
    if move <= 0:
        raise InvalidInputError("a relative change needs a pilot whose median is above 0")
    difference = np.subtract.outer(known + move, known)
    chance = float(np.mean(difference > 0) + np.mean(difference == 0) / 2)
    z = stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power)
    return max(2, ceil(float(z**2 / (6 * (chance - 0.5) ** 2))))
