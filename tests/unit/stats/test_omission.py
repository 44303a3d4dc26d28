from __future__ import annotations

import statistics

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, quantile
from jupyter_agentchat.stats import correct_omission


def test_the_pause_of_a_hundred_seconds() -> None:
    """Gil Tene's example, in ms: 10,000 answers of 1 ms, and one that took 100 s."""
    seen = [1.0] * 10_000 + [100_000.0]
    corrected = correct_omission(seen, 10.0)
    assert len(corrected) == 20_000
    assert quantile(seen, 0.99, "inverted_cdf") == 1.0
    assert statistics.fmean(seen) == pytest.approx(11.0, abs=0.01)
    # HdrHistogram, which counts in buckets of three digits, says 98,040
    assert quantile(corrected, 0.99, "inverted_cdf") == pytest.approx(98_040, rel=1e-3)
    assert statistics.fmean(corrected) == pytest.approx(25_000, rel=1e-3)


def test_each_missed_request_is_added() -> None:
    assert correct_omission([5.0, 35.0], 10.0) == [5.0, 15.0, 25.0, 35.0]
    assert correct_omission([30.0], 10.0) == [10.0, 20.0, 30.0]


def test_rounding_costs_none() -> None:
    assert correct_omission([0.3], 0.1) == pytest.approx([0.1, 0.2, 0.3])


def test_what_was_in_time_stays() -> None:
    assert correct_omission([3.0, 1.0, NA("it failed")], 10.0) == [1.0, 3.0]
    assert correct_omission([], 10.0) == []


def test_the_interval_is_checked() -> None:
    with pytest.raises(InvalidInputError, match="expected_interval is 0"):
        correct_omission([1.0], 0)
