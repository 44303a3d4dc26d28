from __future__ import annotations

from math import nan

import numpy as np
import pytest
from scipy import stats

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.stats import Bootstrap, bootstrap

# Efron and Tibshirani, "An Introduction to the Bootstrap", table 14.1: spatial test data, A
SPATIAL = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24]
SPATIAL += [26, 30, 41]


def found(result: Bootstrap | NA) -> Bootstrap:
    assert isinstance(result, Bootstrap)
    return result


def variance(values: np.ndarray) -> float:
    return float(np.var(values))


@pytest.mark.parametrize(
    ("method", "low", "high"), [("percentile", 100.8, 233.9), ("bca", 115.8, 259.6)]
)
def test_the_published_example_of_table_14_2(method: str, low: float, high: float) -> None:
    interval = found(
        bootstrap(SPATIAL, variance, confidence=0.9, method=method, n_resamples=4000, seed=1)
    )
    assert interval.value == pytest.approx(171.5, abs=0.1)
    assert interval.low == pytest.approx(low, rel=0.04)
    assert interval.high == pytest.approx(high, rel=0.04)


def test_one_number_a_stream_is_scipys_own_bootstrap() -> None:
    values = np.random.default_rng(3).lognormal(size=30)
    interval = found(bootstrap(values.tolist(), "mean", n_resamples=999, seed=5))
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=999, method="BCa", rng=np.random.default_rng(5)
    ).confidence_interval
    assert (interval.low, interval.high) == pytest.approx((theirs.low, theirs.high))


def test_one_seed_gives_one_interval() -> None:
    clusters = [[1.0, 2.0], [3.0], [9.0, 4.0]]
    assert bootstrap(clusters, seed=4) == bootstrap(clusters, seed=4)
    assert bootstrap(clusters, "mean", seed=4) != bootstrap(clusters, "mean", seed=5)


def test_streams_are_drawn_and_never_chunks() -> None:
    rng = np.random.default_rng(0)
    streams = [(rng.normal() + 0.01 * rng.normal(size=200)).tolist() for _ in range(12)]
    whole = found(bootstrap(streams, "mean", method="percentile"))
    pooled = found(bootstrap([v for s in streams for v in s], "mean", method="percentile"))
    assert (whole.n_clusters, whole.n_values) == (12, 2400)
    assert whole.high - whole.low > 8 * (pooled.high - pooled.low)


def test_na_is_left_out() -> None:
    assert found(bootstrap([1.0, NA("-"), 2.0, 4.0])).n_clusters == 3


@pytest.mark.parametrize("clusters", [[], [1.0], [[1.0, 2.0]], [2.0, 2.0, 2.0]])
def test_too_little_has_no_interval(clusters: list[float]) -> None:
    assert isinstance(bootstrap(clusters), NA)


def test_a_statistic_that_never_varies_has_no_interval() -> None:
    assert isinstance(bootstrap([1.0, 2.0, 3.0], lambda _: 7.0), NA)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"method": "basic"}, "method is 'basic'"),
        ({"confidence": 95}, "confidence is 95"),
        ({"n_resamples": 10}, "n_resamples is 10"),
        ({"statistic": "mode"}, "statistic is 'mode'"),
        ({"clusters": [[1.0, nan], [2.0]]}, r"stream 0\[1\] is nan"),
    ],
)
def test_parameters_are_checked(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        bootstrap(**{"clusters": [1.0, 2.0], **wrong})  # type: ignore[arg-type]
