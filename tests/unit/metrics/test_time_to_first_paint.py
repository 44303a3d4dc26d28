from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, time_to_first_paint

MS = 1_000_000


def test_it_is_the_paint_less_the_request() -> None:
    assert time_to_first_paint(Timeline(MS, [2 * MS], t_first_paint=18 * MS)) == 0.017


@pytest.mark.parametrize(
    ("timeline", "failed"),
    [
        (Timeline(0, [2]), False),
        (Timeline(0, [2], t_first_paint=1), True),
        (Timeline(0, [], t_first_paint=1), True),
        (Timeline(0, [1, 2], ["role", "text"], t_first_paint=1), True),
    ],
)
def test_it_needs_a_paint_after_the_content(timeline: Timeline, *, failed: bool) -> None:
    value = time_to_first_paint(timeline)
    assert isinstance(value, NA)
    assert value.failed is failed


def test_no_load_generator_has_it() -> None:
    assert isinstance(time_to_first_paint(Timeline(0, [1], t_first_paint=2), dialect="vllm"), NA)
