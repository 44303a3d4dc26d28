from __future__ import annotations

import random
from math import inf

import numpy as np
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import quantile
from jupyter_agentchat.metrics.quantiles import Q_METHODS


@pytest.mark.parametrize("q_method", sorted(Q_METHODS))
@pytest.mark.parametrize("n", [1, 2, 3, 10, 101])
def test_numpy_agrees(q_method: str, n: int) -> None:
    values = [random.Random(n).lognormvariate(0, 1) for _ in range(n)]
    for p in (0.0, 0.01, 0.25, 0.5, 0.77, 0.9, 0.99, 1.0):
        expected = np.quantile(values, p, method=q_method)  # type: ignore[call-overload]
        assert quantile(values, p, q_method) == pytest.approx(expected, rel=1e-12)


def test_the_method_makes_a_difference() -> None:
    ten = range(1, 11)
    assert quantile(ten, 0.99) == pytest.approx(9.91)
    assert quantile(ten, 0.99, "inverted_cdf") == 10
    assert quantile(ten, 0.9, "nearest") == 9


def test_infinity_is_the_slowest_of_all() -> None:
    assert quantile([1, 2, inf, inf], 0.9, "nearest") == inf
    assert quantile([1, 2, inf, inf], 0.9) == inf
    assert quantile([1, 2, inf], 0.5) == 2


@pytest.mark.parametrize(
    ("values", "p", "q_method", "sentence"),
    [
        ([], 0.5, "linear", "one value at least"),
        ([1], 1.5, "linear", "p is 1.5"),
        ([1], -0.5, "linear", "p is -0.5"),
        ([1], 0.5, "best", "q_method is 'best'"),
    ],
)
def test_nonsense_raises(values: list[float], p: float, q_method: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        quantile(values, p, q_method)
