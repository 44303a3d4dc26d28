from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Timeline, tokens_per_second

S = 1_000_000_000
STREAM = Timeline(0, [S, 2 * S], n_tokens=11, t_end=4 * S)


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [("agentchat", 5.5), ("etalon", 5.5), ("guidellm", 2.75), ("llmperf", 2.75), ("aiperf", 10.0)],
)
def test_five_numbers_of_one_name(dialect: str, expected: float) -> None:
    assert tokens_per_second(STREAM, dialect=dialect) == expected


def test_over_the_time_of_decoding() -> None:
    assert tokens_per_second(STREAM, over="decode") == 10.0
    assert isinstance(tokens_per_second(STREAM, over="decode", dialect="guidellm"), NA)
    with pytest.raises(InvalidInputError, match="'e2e' or 'decode'"):
        tokens_per_second(STREAM, over="night")


def test_with_the_prompt() -> None:
    assert tokens_per_second(STREAM, dialect="guidellm", prompt_tokens=9) == 5.0


@pytest.mark.parametrize(
    ("timeline", "over"),
    [
        (Timeline(0, [0], n_tokens=1), "e2e"),
        (Timeline(0, [S, S], n_tokens=2), "decode"),
        (Timeline(0, [S]), "e2e"),
        (Timeline(0, [S], n_tokens=1), "decode"),
        (Timeline(0, [], n_tokens=1), "e2e"),
    ],
)
def test_no_time_no_rate(timeline: Timeline, over: str) -> None:
    assert isinstance(tokens_per_second(timeline, over=over), NA)


def test_vllm_publishes_one_of_the_run_only() -> None:
    value = tokens_per_second(STREAM, dialect="vllm")
    assert isinstance(value, NA)
    assert "vLLM publishes no" in value.reason
