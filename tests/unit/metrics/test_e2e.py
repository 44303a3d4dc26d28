from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import DIALECTS, NA, Timeline, e2e

S = 1_000_000_000
STREAM = Timeline(S, [2 * S, 3 * S, 4 * S, 5 * S], ["role", "text", "text", "usage"], t_end=6 * S)


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("agentchat", 3.0),
        ("vllm", 3.0),
        ("aiperf", 3.0),
        ("aiperf@2025-10", 3.0),
        ("etalon", 3.0),
        ("guidellm", 5.0),
        ("llmperf", 5.0),
        ("sglang", 5.0),
    ],
)
def test_where_an_answer_ends(dialect: str, expected: float) -> None:
    assert e2e(STREAM, dialect=dialect) == expected


def test_vllm_counts_an_empty_last_chunk_but_not_usage() -> None:
    timeline = Timeline(0, [S, 2 * S, 3 * S], ["text", "empty", "usage"])
    assert e2e(timeline) == 1.0
    assert e2e(timeline, dialect="vllm") == 2.0


def test_without_the_end_of_the_request() -> None:
    timeline = Timeline(0, [S, 2 * S], ["text", "usage"])
    for dialect in ("guidellm", "llmperf"):
        value = e2e(timeline, dialect=dialect)
        assert isinstance(value, NA)
        assert "t_end is unknown" in value.reason
    assert e2e(timeline, dialect="sglang") == 2.0


def test_an_end_before_the_last_chunk_is_a_contradiction() -> None:
    value = e2e(Timeline(0, [S, 3 * S], t_end=2 * S), dialect="guidellm")
    assert isinstance(value, NA)
    assert value.failed


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "timeline",
    [
        Timeline(0, [], t_end=5),
        Timeline(0, [2, 1], t_end=5),
        Timeline(3, [2], t_end=5),
        Timeline(0, [1], status="failed", t_end=5),
        Timeline(0, [1], status="cancelled", t_end=5),
        Timeline(0, [1], status="streaming"),
    ],
)
def test_no_end_no_latency(timeline: Timeline, dialect: str) -> None:
    assert isinstance(e2e(timeline, dialect=dialect), NA)
