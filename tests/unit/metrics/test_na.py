from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable

import pytest

from jupyter_agentchat.metrics.na import NA, undefined


def test_it_says_that_it_is_missing_and_why() -> None:
    value = NA("no chunk arrived")
    assert repr(value) == "NA('no chunk arrived')"
    assert value.reason == "no chunk arrived"
    assert value.failed
    assert not undefined("one token").failed


@pytest.mark.parametrize("other", [0, 0.0, 1.5, "NA", None, float("nan"), NA("x")])
def test_it_equals_nothing(other: object) -> None:
    value = NA("x")
    assert (value == other) is False
    assert (other == value) is False
    assert (value != other) is True


def test_it_does_not_even_equal_itself() -> None:
    value = NA("x")
    same = value
    assert (value == same) is False
    assert len({value, same}) == 1


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
def test_ordering_raises_from_both_sides(compare: Callable[[object, object], bool]) -> None:
    for pair in [(NA("no chunk"), 0.5), (0.5, NA("no chunk")), (NA("no chunk"), NA("b"))]:
        with pytest.raises(TypeError, match="no chunk"):
            compare(*pair)


def test_truth_and_numbers_are_refused() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(NA("x"))
    with pytest.raises(TypeError):
        float(NA("x"))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        NA("x") + 1  # type: ignore[operator]


def test_it_survives_copy_and_pickle() -> None:
    value = undefined("one token")
    for twin in (copy.copy(value), pickle.loads(pickle.dumps(value))):  # noqa: S301 (our own bytes)
        assert (twin.reason, twin.failed) == ("one token", False)
