from __future__ import annotations

import copy
import pickle
import statistics
from math import inf, nan

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Interval, Timeline, quantile, summarize, tpot, ttft
from jupyter_agentchat.metrics.na import undefined

HUNDRED = [i / 100 for i in range(1, 101)]


def test_numbers_quantiles_and_intervals() -> None:
    found = summarize(HUNDRED)
    assert (found.n, found.n_failed, found.min, found.max) == (100, 0, 0.01, 1.0)
    assert found.mean == pytest.approx(0.505)
    assert found.sd == pytest.approx(statistics.stdev(HUNDRED))
    assert found.q_method == "linear"
    assert found.p50 == found["p50"] == found.quantiles[0.5] == pytest.approx(0.505)
    assert isinstance(found.intervals[0.5], Interval)


def test_p99_of_a_small_sample_has_no_interval() -> None:
    found = summarize(HUNDRED)
    assert isinstance(found.p99, NA)
    assert found.p99.reason == "100 values have no distribution-free 95 % interval for p99"
    assert isinstance(found.intervals[0.99], NA)
    assert isinstance(found["p99_low"], NA)
    assert isinstance(summarize([*HUNDRED * 3, *HUNDRED[:67]]).intervals[0.99], NA)
    enough = summarize([*HUNDRED * 3, *HUNDRED[:68]])
    assert isinstance(enough.intervals[0.99], Interval)
    assert enough.p99 == quantile([*HUNDRED * 3, *HUNDRED[:68]], 0.99)


def test_the_median_is_a_number_from_the_first_value_on() -> None:
    found = summarize([3.0])
    assert found.p50 == 3.0
    assert isinstance(found.intervals[0.5], NA)
    assert isinstance(found.p90, NA)


def test_the_missing_are_counted_with_their_reasons() -> None:
    run = [
        Timeline(0, [5, 7], n_tokens=2),
        Timeline(0, [6], n_tokens=1),
        Timeline(0, []),
        Timeline(0, [1, 2], n_tokens=2, status="failed"),
    ]
    found = summarize(tpot(timeline) for timeline in run)
    assert (found.n, found.n_failed, found.n_undefined) == (1, 2, 1)
    assert found.reasons["no content chunk arrived"] == 1
    assert sum(found.reasons.values()) == 3
    assert summarize(ttft(timeline) for timeline in run).n == 2


def test_failures_can_count_as_the_slowest() -> None:
    values: list[float | NA] = [1.0, 2.0, 3.0, NA("it failed"), undefined("one token")] * 100
    dropped = summarize(values)
    assert dropped.max == 3.0
    assert isinstance(dropped.p99, NA)
    adjusted = summarize(values, failed="inf", q_method="nearest")
    assert (adjusted.n, adjusted.n_failed, adjusted.n_undefined) == (300, 100, 100)
    assert (adjusted.p50, adjusted.p99, adjusted.max, adjusted.mean) == (3.0, inf, inf, inf)
    assert adjusted.min == 1.0


def test_ddof() -> None:
    assert summarize([1, 3], ddof=0).sd == 1.0
    assert summarize([1, 3]).sd == pytest.approx(2**0.5)
    assert isinstance(summarize([1]).sd, NA)
    assert summarize([1], ddof=0).sd == 0.0
    assert isinstance(summarize([1, inf]).sd, NA)


def test_nothing_has_no_number() -> None:
    found = summarize([])
    assert (found.n, found.n_failed) == (0, 0)
    for value in (found.mean, found.sd, found.min, found.max, found.p50, found.intervals[0.5]):
        assert isinstance(value, NA)


def test_the_row_is_flat() -> None:
    row = summarize(HUNDRED, quantiles=(0.5, 0.999)).row()
    expected = ["n", "n_failed", "n_undefined", "mean", "sd", "ddof", "min", "max"]
    expected += ["p50", "p50_low", "p50_high", "p99.9", "p99.9_low", "p99.9_high"]
    assert list(row) == [*expected, "q_method", "confidence", "failed"]
    assert row["p50_low"] == 0.4


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (nan, "NaN"),
        (None, "not of None"),
        ("1", "not of '1'"),
        (True, "not of True"),
        ([1], "not of"),
    ],
)
def test_only_numbers_and_na_are_summarized(value: float, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        summarize([value])


def test_parameters_are_checked() -> None:
    with pytest.raises(InvalidInputError, match="failed is 'keep'"):
        summarize([1], failed="keep")
    with pytest.raises(InvalidInputError, match="p is 1"):
        summarize([1], quantiles=[1.0])
    with pytest.raises(AttributeError, match="p12"):
        _ = summarize([1]).p12
    with pytest.raises(AttributeError, match="median"):
        _ = summarize([1]).median


def test_it_survives_copy_and_pickle() -> None:
    found = summarize([1, 2, 3])
    for twin in (copy.copy(found), pickle.loads(pickle.dumps(found))):  # noqa: S301 (our own)
        assert (twin.n, twin.p50) == (3, 2)
