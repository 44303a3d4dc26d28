from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.parameters import one_of, positive, real, to_ns


def test_seconds_become_the_nearest_nanosecond() -> None:
    assert to_ns(0.1, "threshold") == 100_000_000


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), "fast", None])
def test_nonsense_raises_with_its_name(value: float) -> None:
    with pytest.raises(InvalidInputError, match="threshold is"):
        to_ns(value, "threshold")


def test_positive_is_above_zero() -> None:
    assert positive(0.5, "speed") == 0.5
    with pytest.raises(InvalidInputError, match="speed is 0"):
        positive(0, "speed")
    assert real(0, "speed", least=0) == 0


def test_a_choice_is_one_of_the_choices() -> None:
    assert one_of("a", frozenset("ab"), "letter") == "a"
    with pytest.raises(InvalidInputError, match="letter is 'c'; it has to be one of a, b"):
        one_of("c", frozenset("ab"), "letter")
