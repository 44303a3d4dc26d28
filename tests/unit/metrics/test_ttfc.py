from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, ttfc


def test_any_chunk_will_do() -> None:
    assert ttfc(Timeline(0, [2_000_000, 5_000_000], ["role", "text"])) == 0.002


@pytest.mark.parametrize("timeline", [Timeline(0, []), Timeline(9, [5]), Timeline(0, [2, 1])])
def test_no_chunk_has_none(timeline: Timeline) -> None:
    assert isinstance(ttfc(timeline), NA)


def test_it_is_ours() -> None:
    value = ttfc(Timeline(0, [1]), dialect="aiperf")
    assert isinstance(value, NA)
    assert value.reason == "AIPerf publishes no time to first chunk"
