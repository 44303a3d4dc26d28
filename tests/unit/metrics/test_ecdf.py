from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Ecdf, ecdf


def test_equal_values_are_one_step() -> None:
    found = ecdf([3, 1, 2, 2, 5])
    assert isinstance(found, Ecdf)
    assert found.x == [1, 2, 3, 5]
    assert found.f == [0.2, 0.6, 0.8, 1.0]


def test_the_band_narrows_with_the_root_of_n() -> None:
    found, more = ecdf(range(100)), ecdf(range(400))
    assert isinstance(found, Ecdf)
    assert isinstance(more, Ecdf)
    assert found.band == pytest.approx(0.1358, abs=1e-4)
    assert more.band == pytest.approx(found.band / 2)


@pytest.mark.parametrize("confidence", [95, 1, 0, -1, float("nan"), "high"])
def test_a_confidence_is_between_0_and_1(confidence: float) -> None:
    with pytest.raises(InvalidInputError, match="confidence is"):
        ecdf([1.0], confidence=confidence)


def test_nothing_has_no_distribution() -> None:
    assert isinstance(ecdf([]), NA)
