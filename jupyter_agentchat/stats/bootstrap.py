"""Bootstrap intervals whose unit is the stream."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from jupyter_agentchat.metrics import NA
from jupyter_agentchat.metrics.na import undefined
from jupyter_agentchat.metrics.parameters import one_of
from jupyter_agentchat.stats.sample import Floats, floats, resamples, share

METHODS = frozenset({"percentile", "bca"})
STATISTICS: dict[str, Callable[[Floats], float]] = {
    "mean": lambda values: float(np.mean(values)),
    "median": lambda values: float(np.median(values)),
    "p90": lambda values: float(np.quantile(values, 0.9)),
    "p95": lambda values: float(np.quantile(values, 0.95)),
    "p99": lambda values: float(np.quantile(values, 0.99)),
}
"""Statistics by name; quantiles are linear."""

_LEAST_CLUSTERS = 2


class Bootstrap(NamedTuple):
    """A statistic and its bootstrap interval, in the unit of the values.

    Attributes
    ----------
    value, low, high : float
    confidence : float
    method : str
        ``percentile`` or ``bca``.
    n_clusters : int
        What was drawn again and again: streams.
    n_values : int
        Values of all streams together.
    n_resamples : int
    seed : int
        The same seed gives the same interval.
    """

    value: float
    low: float
    high: float
    confidence: float
    method: str
    n_clusters: int
    n_values: int
    n_resamples: int
    seed: int


def bootstrap(
    clusters: Sequence[float | NA | Sequence[float]],
    statistic: str | Callable[[Floats], float] = "median",
    *,
    confidence: float = 0.95,
    method: str = "bca",
    n_resamples: int = 2000,
    seed: int = 0,
) -> Bootstrap | NA:
    """Return the interval of a statistic over streams, drawing streams and never chunks.

    Gaps of one stream depend on each other: drawn one by one they pretend to more evidence than
    there is. So a stream is drawn with all its values or not at all. Needs two streams with values,
    not all alike.

    Parameters
    ----------
    clusters : sequence
        One entry for each stream: its values (gaps, say), or one number, or NA, which is left out.
    statistic : str or callable
        ``mean``, ``median``, ``p90``, ``p95``, ``p99``, or a function of an array.
    confidence : float
        0 to 1, ends excluded.
    method : {"bca", "percentile"}
        bca: bias-corrected and accelerated, by a jackknife over streams.
    n_resamples : int
        100 at least.
    seed : int
        Of numpy's default generator.

    Raises
    ------
    InvalidInputError
        A parameter outside its range, or a value that is no finite number.

    Notes
    -----
    Source: Efron (1987) for BCa; Davison and Hinkley, section 3.8, for clusters. The mathematics is
    ``scipy.stats.bootstrap``, applied to the numbers of the streams.
    """
    one_of(method, METHODS, "method")
    share(confidence, "confidence")
    resamples(n_resamples)
    measure = _statistic(statistic)
    kept = _clusters(clusters)
    if len(kept) < _LEAST_CLUSTERS:
        return undefined(f"{len(kept)} streams with values have no bootstrap interval")
    whole = np.concatenate(kept)
    if np.ptp(whole) == 0:
        return undefined("all values are equal: resampling shows no spread")

    def of_drawn(drawn: npt.NDArray[np.int64]) -> float:
        return measure(np.concatenate([kept[i] for i in drawn]))

    options = {"confidence_level": confidence, "n_resamples": n_resamples}
    found = _interval(of_drawn, len(kept), method, seed, **options)
    if found is None:
        return undefined("the statistic does not vary between samples: no interval")
    return Bootstrap(
        measure(whole), *found, confidence, method, len(kept), len(whole), n_resamples, seed
    )


def _interval(
    of_drawn: Callable[[npt.NDArray[np.int64]], float],
    n_clusters: int,
    method: str,
    seed: int,
    **options: float,
) -> tuple[float, float] | None:
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)  # its interval is NaN then
        low, high = stats.bootstrap(
            (np.arange(n_clusters),),
            of_drawn,
            vectorized=False,
            method="BCa" if method == "bca" else "percentile",
            rng=np.random.default_rng(seed),
            **options,
        ).confidence_interval
    return (float(low), float(high)) if np.isfinite([low, high]).all() else None


def _statistic(statistic: str | Callable[[Floats], float]) -> Callable[[Floats], float]:
    if callable(statistic):
        return statistic
    one_of(statistic, frozenset(STATISTICS), "statistic")
    return STATISTICS[statistic]


def _clusters(clusters: Sequence[float | NA | Sequence[float]]) -> list[Floats]:
    """Return the values of each stream that has any."""
    found = []
    for place, cluster in enumerate(clusters):
        single = isinstance(cluster, NA) or np.ndim(cluster) == 0
        values = floats([cluster] if single else cluster, f"stream {place}")  # type: ignore[list-item, arg-type]
        if len(values):
            found.append(values)
    return found
