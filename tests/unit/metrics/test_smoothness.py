from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, smoothness


def test_even_gaps_are_smooth_at_any_speed() -> None:
    assert smoothness(Timeline(0, [9, 11, 13, 15])) == 1.0
    assert smoothness(Timeline(0, [9, 1009, 2009, 3009])) == 1.0


def test_one_gap_that_is_all_is_one_of_k() -> None:
    assert smoothness(Timeline(0, [1, 1, 1, 1, 100])) == 0.25


@pytest.mark.parametrize("chunks", [[], [1], [2, 1], [1, 1]])
def test_no_gap_no_smoothness(chunks: list[int]) -> None:
    assert isinstance(smoothness(Timeline(0, chunks)), NA)
    assert isinstance(smoothness(Timeline(0, chunks), dialect="sglang"), NA)
