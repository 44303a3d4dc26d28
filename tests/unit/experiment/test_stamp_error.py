from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment.stamp_error import Instants, stamp_error

MS = 1_000_000
WAY = st.integers(0, 50 * MS)


def ns(*values: int) -> Instants:
    return np.array(values, np.int64)


def test_stamps_between_their_bounds_may_be_right() -> None:
    found = stamp_error(ns(12 * MS, 25 * MS), ns(10 * MS, 20 * MS), ns(13 * MS, 28 * MS))
    assert (found.n, found.bias_ms, found.uncertainty_ms) == (2, 0.5, 1.5)
    assert found.spread_ms == pytest.approx(math.sqrt(4.5))
    assert found.p95_ms == pytest.approx(1.5)


def test_without_a_later_instant_there_is_a_spread_alone() -> None:
    found = stamp_error(ns(1, 2), ns(0, 0), None)
    assert math.isnan(found.bias_ms)
    assert math.isnan(found.uncertainty_ms)
    assert found.spread_ms > 0


def test_one_stamp_is_too_few() -> None:
    with pytest.raises(InvalidInputError, match="1 stamps"):
        stamp_error(ns(1), ns(1), None)


@given(st.lists(st.tuples(WAY, WAY), min_size=2, max_size=30), st.integers(-(10**9), 10**9))
def test_a_constant_error_lies_within_the_uncertainty(
    ways: list[tuple[int, int]], bias: int
) -> None:
    earliest = np.arange(len(ways), dtype=np.int64) * 10**9
    passed = earliest + ns(*(before for before, _ in ways))
    latest = passed + ns(*(after for _, after in ways))
    found = stamp_error(passed + bias, earliest, latest)
    assert abs(found.bias_ms - bias / MS) <= found.uncertainty_ms + 1e-6
    sound = stamp_error(passed, earliest, latest)
    assert found.uncertainty_ms == pytest.approx(sound.uncertainty_ms, abs=1e-6)
    assert found.spread_ms == pytest.approx(sound.spread_ms, abs=1e-6)
