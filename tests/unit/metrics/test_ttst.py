from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, ttst


@pytest.mark.parametrize("dialect", ["agentchat", "aiperf", "aiperf@2025-10"])
def test_it_is_the_first_gap(dialect: str) -> None:
    assert ttst(Timeline(100, [105, 110, 130]), dialect=dialect) == 5e-9
    assert ttst(Timeline(100, [105, 105]), dialect=dialect) == 0.0


def test_an_empty_chunk_is_no_second_one() -> None:
    assert ttst(Timeline(0, [1, 2, 4], chunk_tokens=[1, 0, 1])) == 3e-9


@pytest.mark.parametrize("timeline", [Timeline(0, [110]), Timeline(0, []), Timeline(0, [120, 110])])
def test_it_needs_two_in_order(timeline: Timeline) -> None:
    assert isinstance(ttst(timeline), NA)
    assert isinstance(ttst(timeline, dialect="aiperf"), NA)


def test_others_do_not_publish_it() -> None:
    assert isinstance(ttst(Timeline(0, [1, 2]), dialect="vllm"), NA)
