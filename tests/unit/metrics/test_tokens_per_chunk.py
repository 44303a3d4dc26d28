from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, tokens_per_chunk

STREAM = Timeline(0, [1, 2, 3, 4], n_tokens=10)


@pytest.mark.parametrize("dialect", ["agentchat", "guidellm"])
def test_with_and_without_the_first(dialect: str) -> None:
    assert tokens_per_chunk(STREAM, dialect=dialect) == 2.5
    assert tokens_per_chunk(STREAM, dialect=dialect, after_first=True) == 3.0


@pytest.mark.parametrize(
    ("timeline", "after_first"),
    [
        (Timeline(0, [1]), False),
        (Timeline(0, [], n_tokens=2), False),
        (Timeline(0, [1], n_tokens=2), True),
        (Timeline(0, [1, 2], n_tokens=1), True),
    ],
)
def test_nothing_to_divide(timeline: Timeline, *, after_first: bool) -> None:
    assert isinstance(tokens_per_chunk(timeline, after_first=after_first), NA)


def test_aiperf_does_not_publish_it() -> None:
    assert isinstance(tokens_per_chunk(STREAM, dialect="aiperf"), NA)
