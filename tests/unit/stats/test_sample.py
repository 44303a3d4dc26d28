from __future__ import annotations

from math import inf, nan

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.stats.sample import floats, pairs, share


def test_na_is_left_out() -> None:
    assert floats([1, NA("it failed"), 2.5], "a").tolist() == [1.0, 2.5]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([1.0, nan], r"a\[1\] is nan; give finite numbers or NA"),
        ([inf], r"a\[0\] is inf"),
        (["fast"], "neither number nor NA"),
        ([[1.0], [2.0]], "a is nested"),
    ],
)
def test_only_finite_numbers(values: list[float], sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        floats(values, "a")


def test_a_pair_with_na_is_left_out_whole() -> None:
    one, two = pairs([1, NA("-"), 3], [4, 5, NA("-")])
    assert (one.tolist(), two.tolist()) == ([1.0], [4.0])


def test_pairs_are_equally_long() -> None:
    with pytest.raises(InvalidInputError, match="a has 1 values and b has 2"):
        pairs([1], [1, 2])


@pytest.mark.parametrize("value", [0, 1, -1, nan, "much"])
def test_a_share_lies_between(value: float) -> None:
    with pytest.raises(InvalidInputError, match="confidence is"):
        share(value, "confidence")
