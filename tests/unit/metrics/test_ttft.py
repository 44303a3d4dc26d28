from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, ttft

MS = 1_000_000
WITH_ROLE = Timeline(0, [120 * MS, 480 * MS, 510 * MS], ["role", "text", "text"])
REASONED = Timeline(
    0, [10 * MS, 20 * MS, 30 * MS, 40 * MS], ["reasoning", "tool_call", "text", "text"]
)


def test_it_is_the_first_chunk_less_the_request() -> None:
    assert ttft(Timeline(5 * MS, [7 * MS, 9 * MS])) == 0.002


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [("agentchat", 0.48), ("vllm", 0.12), ("llmperf", 0.48), ("aiperf", 0.48), ("sglang", 0.48)],
)
def test_an_empty_role_chunk_counts_for_vllm_alone(dialect: str, expected: float) -> None:
    assert ttft(WITH_ROLE, dialect=dialect) == expected


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("agentchat", 0.01),
        ("guidellm", 0.01),
        ("sglang", 0.01),
        ("llmperf", 0.03),
        ("etalon", 0.03),
    ],
)
def test_reasoning_is_a_token_to_some(dialect: str, expected: float) -> None:
    assert ttft(REASONED, dialect=dialect) == expected


@pytest.mark.parametrize(
    ("kind", "expected"), [("reasoning", 0.01), ("tool_call", 0.02), ("text", 0.03)]
)
def test_each_kind_has_its_own(kind: str, expected: float) -> None:
    assert ttft(REASONED, kind=kind) == expected


def test_equal_to_the_request_is_zero() -> None:
    assert ttft(Timeline(5, [5])) == 0.0


@pytest.mark.parametrize(
    ("timeline", "reason"),
    [
        (Timeline(0, []), "no content chunk arrived"),
        (Timeline(0, [5], ["usage"]), "no content chunk arrived"),
        (Timeline(100, [90]), "before the request"),
        (Timeline(0, [3, 2]), "never go back"),
        (Timeline(0, [5], status="failed"), "the stream is failed"),
    ],
)
def test_nothing_meaningless_is_a_number(timeline: Timeline, reason: str) -> None:
    value = ttft(timeline)
    assert isinstance(value, NA)
    assert reason in value.reason
