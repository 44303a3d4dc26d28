from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, normalized_latency


@pytest.mark.parametrize("dialect", ["agentchat", "etalon"])
def test_it_contains_the_wait(dialect: str) -> None:
    timeline = Timeline(0, [8_000_000_000, 13_000_000_000], n_tokens=10)
    assert normalized_latency(timeline, dialect=dialect) == 1.3


@pytest.mark.parametrize(
    "timeline", [Timeline(0, [1]), Timeline(0, [1], n_tokens=0), Timeline(0, [], n_tokens=3)]
)
def test_it_needs_tokens_and_an_end(timeline: Timeline) -> None:
    assert isinstance(normalized_latency(timeline), NA)


def test_vllm_does_not_publish_it() -> None:
    assert isinstance(normalized_latency(Timeline(0, [1], n_tokens=1), dialect="vllm"), NA)
