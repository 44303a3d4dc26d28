from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, token_method


@pytest.mark.parametrize(
    ("timeline", "method"),
    [
        (Timeline(0, [1, 2], chunk_tokens=[3, 1], n_tokens=4), "usage"),
        (Timeline(0, [1, 2], chunk_tokens=[3, None], n_tokens=4), "spread"),
        (Timeline(0, [1, 2], n_tokens=4), "spread"),
        (Timeline(0, [1, 2], n_tokens=2), "chunk"),
        (Timeline(0, [1, 2]), "chunk"),
        (Timeline(0, [1, 2, 3], ["role", "text", "usage"], n_tokens=1), "chunk"),
    ],
)
def test_it_says_how_tokens_got_their_instants(timeline: Timeline, method: str) -> None:
    assert token_method(timeline) == method


def test_tokens_that_have_no_instants_have_no_method() -> None:
    for timeline in (Timeline(0, []), Timeline(0, [1, 2, 3], n_tokens=2)):
        found = token_method(timeline)
        assert isinstance(found, NA)
        assert found.reason
    assert token_method(Timeline(0, [1, 2, 3], n_tokens=2), dialect="vllm") == "spread"
