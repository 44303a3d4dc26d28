from __future__ import annotations

import numpy as np
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.stats import shift_function

RNG = np.random.default_rng(5)
A = RNG.normal(10, 1, 200).tolist()


def test_a_constant_shift_is_the_same_at_each_decile() -> None:
    found = shift_function([value + 2 for value in A], A)
    assert not isinstance(found, NA)
    assert [each.p for each in found] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    for each in found:
        assert each.shift == pytest.approx(2)
        assert each.a - each.b == each.shift
        assert not isinstance(each.low, NA)
        assert not isinstance(each.high, NA)
        assert each.low < 2 < each.high


def test_a_wider_sample_shifts_both_tails_apart() -> None:
    found = shift_function([10 + 3 * (value - 10) for value in A], A, quantiles=(0.1, 0.9))
    assert not isinstance(found, NA)
    low, high = found
    assert not isinstance(low.high, NA)
    assert not isinstance(high.low, NA)
    assert low.high < 0 < high.low


def test_small_samples_tell_nothing_of_tails() -> None:
    found = shift_function(A[:20], A[20:60], quantiles=(0.5, 0.9))
    assert not isinstance(found, NA)
    assert not isinstance(found[0].low, NA)
    assert isinstance(found[1].low, NA)
    assert isinstance(shift_function([], A), NA)


def test_one_seed_gives_one_interval() -> None:
    assert shift_function(A, A[:50], seed=1) == shift_function(A, A[:50], seed=1)


def test_quantiles_are_checked() -> None:
    with pytest.raises(InvalidInputError, match="a quantile is 1"):
        shift_function(A, A, quantiles=[1.0])


@pytest.mark.parametrize("count", [0, 99, 1000.0, "many", True])
def test_resamples_are_checked(count: int) -> None:
    with pytest.raises(InvalidInputError, match=r"n_resamples is .*; give 100 at least"):
        shift_function(A, A, n_resamples=count)
