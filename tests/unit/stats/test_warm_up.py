from __future__ import annotations

import numpy as np
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.stats import autocorrelation, mser, trim

STEADY = np.random.default_rng(2).normal(1.0, 0.05, 100).tolist()
SLOW_START = [5.0 - 0.4 * i for i in range(10)] + STEADY


def test_what_is_declared_is_left_out() -> None:
    assert trim([3.0, 1.0, 2.0], 1) == ([1.0, 2.0], 1, "declared")
    assert trim([3.0], 0).n_dropped == 0
    assert trim([], 0).values == []


def test_a_slow_start_is_found() -> None:
    assert mser(SLOW_START) == 10
    assert trim(SLOW_START, "mser") == (STEADY, 10, "MSER-5")


def test_a_steady_run_keeps_nearly_all() -> None:
    found = mser(STEADY)
    assert isinstance(found, int)
    assert found <= 50
    assert mser([1.0] * 40) == 0


def test_too_little_to_tell() -> None:
    assert isinstance(mser(STEADY[:19]), NA)
    assert isinstance(mser([*STEADY, NA("it failed")]), NA)


@pytest.mark.parametrize(
    ("warm_up", "sentence"),
    [(2, "leaves nothing"), (-1, "warm_up is -1"), ("mser", "cannot be found"), (True, "is True")],
)
def test_a_wrong_warm_up_is_refused(warm_up: int | str, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        trim([1.0, 2.0], warm_up)


def test_neighbours_are_correlated() -> None:
    trend = autocorrelation([float(i) for i in range(100)])
    noise = autocorrelation(STEADY)
    assert isinstance(trend, float)
    assert isinstance(noise, float)
    assert trend > 0.9
    assert abs(noise) < 2 / 100**0.5
    assert autocorrelation([1.0, -1.0] * 50) == pytest.approx(-0.99)
    assert isinstance(autocorrelation([1.0, 2.0]), NA)
    assert isinstance(autocorrelation([1.0, 1.0, 1.0]), NA)
