from __future__ import annotations

import numpy as np
import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.stats import compare_samples, sample_size

PILOT = np.random.default_rng(1).lognormal(0, 0.25, 200).tolist()


def test_noethers_own_example() -> None:
    """With A = 0.7, alpha 0.05 and power 0.9 the formula gives 44 for each group."""
    pilot = [float(i) for i in range(100)]
    # moved by k ranks, A - 1/2 = (1 - (1 - k/100)^2) / 2: 0.2 at k = 22.5 or so
    found = sample_size(pilot, change=22.54 / 49.5, power=0.9)
    assert isinstance(found, int)
    assert found == pytest.approx(44, abs=2)


def test_so_many_do_see_the_change() -> None:
    n = sample_size(PILOT, change=0.15)
    assert isinstance(n, int)
    rng = np.random.default_rng(3)
    move = 0.15 * float(np.median(PILOT))
    seen = 0
    for _ in range(400):
        a, b = rng.choice(PILOT, n) + move, rng.choice(PILOT, n)
        p = compare_samples(a.tolist(), b.tolist()).p
        seen += isinstance(p, float) and p <= 0.05
    assert 0.73 <= seen / 400 <= 0.87


def test_smaller_changes_need_more() -> None:
    needed = [sample_size(PILOT, change=change) for change in (0.5, 0.2, 0.1, -0.1)]
    numbers = [n for n in needed if isinstance(n, int)]
    assert numbers[0] < numbers[1] < numbers[2] == numbers[3]


def test_a_small_pilot_says_too_little() -> None:
    assert isinstance(sample_size([1.0] * 9, change=0.1), NA)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"change": 0}, "change is 0"),
        ({"power": 80}, "power is 80"),
        ({"pilot": [-1.0] * 10}, "median is above 0"),
    ],
)
def test_parameters_are_checked(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        sample_size(**{"pilot": PILOT, "change": 0.1, **wrong})
