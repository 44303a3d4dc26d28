from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.stats import holm


def test_the_numbers_of_p_adjust_in_r() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_one_comparison_needs_none() -> None:
    assert holm([0.04]) == [0.04]
    assert holm([]) == []


def test_it_never_exceeds_one() -> None:
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_a_p_value_is_a_chance() -> None:
    with pytest.raises(InvalidInputError, match="from 0 to 1"):
        holm([0.5, 1.5])
