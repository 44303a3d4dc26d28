"""Intervals cover what they claim to, and a fault in one would be seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.metrics import NA, Ecdf, Interval, ecdf, order_interval
from jupyter_agentchat.stats import (
    Bootstrap,
    Shift,
    bootstrap,
    compare_samples,
    correct_omission,
    hodges_lehmann,
    holm,
    paired_shift,
)

Ends = tuple[float, float]
VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=25)


def coverage(draw: Callable[[np.random.Generator], Ends], truth: float, runs: int = 600) -> float:
    """Return the share of intervals that hold the truth."""
    rng = np.random.default_rng(20_261)
    ends = [draw(rng) for _ in range(runs)]
    return sum(low <= truth <= high for low, high in ends) / runs


def between(low: float | NA, high: float | NA) -> Ends:
    assert not isinstance(low, NA)
    assert not isinstance(high, NA)
    return low, high


def of_median(rng: np.random.Generator) -> Ends:
    found = order_interval(rng.exponential(size=40).tolist(), 0.5)
    assert isinstance(found, Interval)
    return found.low, found.high


def of_p90(rng: np.random.Generator) -> Ends:
    found = order_interval(rng.exponential(size=60).tolist(), 0.9)
    assert isinstance(found, Interval)
    return found.low, found.high


def of_shift(rng: np.random.Generator) -> Ends:
    found = hodges_lehmann((rng.gumbel(size=15) + 2).tolist(), rng.gumbel(size=20).tolist())
    assert isinstance(found, Shift)
    return between(found.low, found.high)


def of_pairs(rng: np.random.Generator) -> Ends:
    prompts = rng.exponential(5, size=25)
    a, b = prompts + rng.normal(0.5, 1, 25), prompts + rng.normal(0, 1, 25)
    found = paired_shift(a.tolist(), b.tolist())
    assert isinstance(found, Shift)
    return between(found.low, found.high)


def of_clusters(rng: np.random.Generator, method: str) -> Ends:
    """Streams differ, and the gaps of each lie close together."""
    streams = [(10 + rng.normal() + 0.3 * rng.normal(size=8)).tolist() for _ in range(40)]
    found = bootstrap(streams, "mean", method=method, n_resamples=400)
    assert isinstance(found, Bootstrap)
    return found.low, found.high


def of_chunks(rng: np.random.Generator) -> Ends:
    """Draw chunks instead of streams: the fault that the cluster bootstrap avoids."""
    streams = [(10 + rng.normal() + 0.3 * rng.normal(size=8)).tolist() for _ in range(40)]
    pooled = [gap for stream in streams for gap in stream]
    found = bootstrap(pooled, "mean", method="percentile", n_resamples=400)
    assert isinstance(found, Bootstrap)
    return found.low, found.high


@pytest.mark.parametrize(
    ("draw", "truth", "low", "high"),
    [
        (of_median, np.log(2), 0.93, 0.99),
        (of_p90, np.log(10), 0.93, 0.995),
        (of_shift, 2.0, 0.93, 0.98),
        (of_pairs, 0.5, 0.93, 0.98),
    ],
    ids=["median", "p90", "shift", "pairs"],
)
def test_ninety_five_percent_cover_as_many(
    draw: Callable[[np.random.Generator], Ends], truth: float, low: float, high: float
) -> None:
    assert low <= coverage(draw, truth) <= high


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_the_cluster_bootstrap_covers(method: str) -> None:
    found = coverage(lambda rng: of_clusters(rng, method), 10.0, runs=300)
    assert 0.90 <= found <= 0.985


def test_drawing_chunks_is_noticed() -> None:
    assert coverage(of_chunks, 10.0, runs=150) < 0.7


def test_the_band_holds_the_whole_distribution() -> None:
    rng = np.random.default_rng(4)

    def holds(band: float | None) -> bool:
        values = np.sort(rng.random(50))
        found = ecdf(values.tolist())
        assert isinstance(found, Ecdf)
        above = np.arange(1, 51) / 50 - values
        distance = max(above.max(), (1 / 50 - above).max())
        return bool(distance <= (found.band if band is None else band))

    assert 0.93 <= sum(holds(None) for _ in range(600)) / 600 <= 0.99
    assert sum(holds(0.1) for _ in range(200)) / 200 < 0.8  # a band that is too narrow shows


def test_without_a_difference_one_in_twenty_is_significant() -> None:
    rng = np.random.default_rng(9)
    for test in ("mann-whitney", "wilcoxon"):
        hits = 0
        for _ in range(500):
            a, b = rng.lognormal(size=25).tolist(), rng.lognormal(size=25).tolist()
            p = compare_samples(a, b, paired=test == "wilcoxon", test=test).p
            assert isinstance(p, float)
            hits += p <= 0.05
        assert 0.02 <= hits / 500 <= 0.08


@given(VALUES, VALUES)
def test_exchanging_the_samples_turns_the_sign(a: list[float], b: list[float]) -> None:
    one, two = compare_samples(a, b), compare_samples(b, a)
    assert isinstance(one.cliffs_delta, float)
    assert isinstance(two.cliffs_delta, float)
    assert one.cliffs_delta == pytest.approx(-two.cliffs_delta)
    assert isinstance(one.shift, float)
    assert isinstance(two.shift, float)
    assert one.shift == pytest.approx(-two.shift, abs=1e-6)
    if isinstance(one.p, float):
        assert one.p == pytest.approx(two.p)


@given(VALUES, VALUES)
def test_the_effect_is_the_share_of_pairs(a: list[float], b: list[float]) -> None:
    signs = [(x > y) - (x < y) for x in a for y in b]
    delta = compare_samples(a, b).cliffs_delta
    assert delta == pytest.approx(sum(signs) / len(signs))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_is_between_nothing_and_bonferroni(p: list[float]) -> None:
    for raw, adjusted in zip(p, holm(p), strict=True):
        assert raw <= adjusted <= min(1.0, raw * len(p)) + 1e-12


@given(st.lists(st.floats(0, 1000), max_size=30), st.floats(1, 100))
def test_a_correction_adds_and_takes_nothing_away(values: list[float], interval: float) -> None:
    found = correct_omission(values, interval)
    assert len(found) >= len(values)
    assert set(values) <= set(found)
    assert found == sorted(found)
    added = len(found) - len(values)
    assert added == pytest.approx(sum(max(0, v // interval - 1) for v in values), abs=len(values))
