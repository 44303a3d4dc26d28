"""Warm-up: leaving out the beginning of a run, and saying so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.metrics.na import undefined
from jupyter_agentchat.stats.sample import Floats, floats

_BATCH = 5
_LEAST = 4 * _BATCH


class Trimmed(NamedTuple):
    """A run without its beginning.

    Attributes
    ----------
    values : list
        What is left, in order.
    n_dropped : int
        How many were left out: to be reported with every number.
    reason : str
        Who decided that.
    """

    values: list[float | NA]
    n_dropped: int
    reason: str


def trim(values: Sequence[float | NA], warm_up: int | str) -> Trimmed:
    """Leave out the beginning of a run.

    Parameters
    ----------
    values : sequence of float or NA
        In the order of their requests.
    warm_up : int or "mser"
        How many to leave out, decided before the run; or by `mser`, after it.

    Raises
    ------
    InvalidInputError
        `warm_up` is neither, or leaves nothing.
    """
    if warm_up == "mser":
        found = mser(values)
        if isinstance(found, NA):
            raise InvalidInputError(f"the warm-up cannot be found: {found.reason}")
        return Trimmed(list(values[found:]), found, "MSER-5")
    if isinstance(warm_up, bool) or not isinstance(warm_up, int) or warm_up < 0:
        raise InvalidInputError(f"warm_up is {warm_up!r}; give a count of streams or 'mser'")
    if warm_up >= len(values) > 0:
        raise InvalidInputError(f"a warm-up of {warm_up} leaves nothing of {len(values)} streams")
    return Trimmed(list(values[warm_up:]), warm_up, "declared")


def mser(values: Sequence[float | NA]) -> int | NA:
    """Return how many values to leave out, so that the rest is steadiest.

    Formula: over means of 5 values each, the d that minimises ``sum (y - mean)^2 / (k - d)^2`` of
    those left, d at most half of the k. Needs 20 values. One found in the second half
    would mean that the run never became steady: it is looked for in the first alone.

    Notes
    -----
    Source: White, "An effective truncation heuristic" (1997), MSER-5.
    """
    known = floats(values, "values")
    if len(known) < _LEAST or len(known) < len(values):
        return undefined(f"MSER needs {_LEAST} values without NA")
    means = known[: len(known) // _BATCH * _BATCH].reshape(-1, _BATCH).mean(axis=1)
    marks = [_error(means[d:]) for d in range(len(means) // 2 + 1)]
    return int(np.argmin(marks)) * _BATCH


def autocorrelation(values: Sequence[float | NA]) -> float | NA:
    """Return the correlation of each value with the next.

    Near 0 the values may pass for independent, as intervals assume; above ``2 / sqrt(n)`` they may
    not. Needs three values, not all equal.
    """
    known = floats(values, "values")
    if len(known) < 3:  # noqa: PLR2004 - two pairs are the fewest
        return undefined("fewer than three values have no autocorrelation")
    around = known - known.mean()
    whole = float(around @ around)
    return float(around[1:] @ around[:-1]) / whole if whole else undefined("all values are equal")


def _error(means: Floats) -> float:
    return float(means.var() / len(means))
