"""Coordinated omission: the requests that a waiting load generator never sent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jupyter_agentchat.metrics import NA
from jupyter_agentchat.metrics.parameters import positive
from jupyter_agentchat.stats.sample import floats


def correct_omission(values: Sequence[float | NA], expected_interval: float) -> list[float]:
    """Return the latencies with those added that a steady schedule would have seen.

    Formula: each value v above the interval i stands also for ``v - i, v - 2i, ...``, as long as
    that is at least i: the requests that should have been sent while v was waited for. What was
    sent on schedule (`t_intended`) needs no correction: `scheduled_latency` tells the truth.

    Parameters
    ----------
    values : sequence of float or NA
        Latencies of a closed loop in which one request waited for another.
    expected_interval : float
        Time between requests as planned, in the unit of the values.

    Returns
    -------
    list of float
        Ascending.

    Raises
    ------
    InvalidInputError
        The interval is not above 0, or a value is no finite number.

    Notes
    -----
    Source: Gil Tene, HdrHistogram ``recordValueWithExpectedInterval``.
    """
    step = positive(expected_interval, "expected_interval")
    seen = floats(values, "values")
    late = seen[seen > step]
    # As often as v - k i >= i; a grain of rounding does not cost the last one.
    times = np.floor(late / step * (1 + 1e-12)).astype(np.int64) - 1
    k = np.arange(1, int(times.sum()) + 1) - np.repeat(np.cumsum(times) - times, times)
    missing = np.repeat(late, times) - k * step
    found: list[float] = np.sort(np.concatenate([seen, missing])).tolist()
    return found
