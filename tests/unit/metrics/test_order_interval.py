from __future__ import annotations

import random
from math import comb

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Interval, order_interval


def test_the_median_of_51() -> None:
    found = order_interval(range(1, 52), 0.5)
    assert found == Interval(19, 33, (19, 33), pytest.approx(0.951, abs=5e-4))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("p", "least"), [(0.5, 6), (0.9, 36), (0.95, 72), (0.99, 368), (0.01, 368)]
)
def test_small_samples_have_none(p: float, least: int) -> None:
    assert isinstance(order_interval(range(least), p), Interval)
    found = order_interval(range(least - 1), p)
    assert isinstance(found, NA)
    assert f"{least - 1} values" in found.reason
    assert not found.failed


@pytest.mark.parametrize("n", [6, 20, 51, 200])
@pytest.mark.parametrize("p", [0.3, 0.5, 0.8])
def test_the_coverage_is_that_of_the_binomial(n: int, p: float) -> None:
    found = order_interval(range(1, n + 1), p)
    if isinstance(found, NA):
        assert p**n > 0.025 or (1 - p) ** n > 0.025
        return
    low, high = found.ranks
    exact = sum(comb(n, b) * p**b * (1 - p) ** (n - b) for b in range(low, high))
    assert found.coverage == pytest.approx(exact, rel=1e-9)
    assert found.coverage >= 0.95


def test_it_covers_as_often_as_it_says() -> None:
    rng = random.Random(5)
    hits = 0
    for _ in range(2000):
        found = order_interval([rng.paretovariate(1) for _ in range(60)], 0.5)
        assert isinstance(found, Interval)
        hits += found.low <= 2.0 <= found.high
    assert 0.94 < hits / 2000 < 0.98


def test_a_million_values_are_no_matter() -> None:
    found = order_interval(range(1_000_000), 0.5)
    assert isinstance(found, Interval)
    assert found.coverage == pytest.approx(0.95, abs=0.002)


def test_parameters_are_checked() -> None:
    for p in (0.0, 1.0):
        with pytest.raises(InvalidInputError, match="p is"):
            order_interval([1, 2], p)
    with pytest.raises(InvalidInputError, match="confidence is 1"):
        order_interval([1, 2], 0.5, 1)
    assert isinstance(order_interval([], 0.5), NA)
