from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, peak_concurrency


@pytest.mark.parametrize(
    ("intervals", "peak"),
    [
        ([(0, 10), (10, 20)], 1),
        ([(0, 15), (10, 20)], 2),
        ([(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)], 1),
        ([(0, 10), (0, 10), (10, 20), (10, 20), (10, 20)], 3),
        ([(0, 0)], 0),
        ([(0, 10), (5, 5)], 1),
        ([], 0),
    ],
)
@pytest.mark.parametrize("dialect", ["agentchat", "vllm"])
def test_intervals_are_half_open(intervals: list[tuple[int, int]], peak: int, dialect: str) -> None:
    run = [Timeline(start, [end]) for start, end in intervals]
    assert peak_concurrency(run, dialect=dialect) == peak


def test_failures_are_left_out_and_ours_waits_for_the_end() -> None:
    run = [Timeline(0, [5], t_end=9), Timeline(6, [8]), Timeline(0, [9], status="failed")]
    assert peak_concurrency(run) == 2
    assert peak_concurrency(run, dialect="vllm") == 1


def test_guidellm_does_not_publish_it() -> None:
    assert isinstance(peak_concurrency([], dialect="guidellm"), NA)
