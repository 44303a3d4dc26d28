from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import DIALECTS, NA, Timeline, itl, tpot

S = 1_000_000_000
STREAM = Timeline(0, [2 * S, 3 * S, 7 * S], chunk_tokens=[3, 1, 4], t_end=9 * S)


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("agentchat", 5 / 7),
        ("vllm", 5 / 7),
        ("sglang", 1.0),
        ("guidellm", 7 / 8),
        ("etalon", 5 / 7),
    ],
)
def test_with_or_without_the_first_token(dialect: str, expected: float) -> None:
    assert tpot(STREAM, dialect=dialect) == expected


@pytest.mark.parametrize("dialect", ["aiperf", "aiperf@2025-10"])
def test_aiperf_calls_it_inter_token_latency(dialect: str) -> None:
    assert tpot(STREAM, dialect=dialect) == itl(STREAM, dialect=dialect)


def test_llmperf_has_none() -> None:
    assert isinstance(tpot(STREAM, dialect="llmperf"), NA)


def test_one_token() -> None:
    single = Timeline(5 * S, [5 * S + 125_000_000], n_tokens=1)
    assert tpot(single, dialect="guidellm") == 0.125
    for dialect in ("agentchat", "vllm", "sglang", "aiperf", "etalon"):
        assert isinstance(tpot(single, dialect=dialect), NA)


def test_tokens_of_one_chunk_have_no_time_between_them_except_where_a_tool_says_zero() -> None:
    burst = Timeline(0, [S], n_tokens=50)
    value = tpot(burst)
    assert isinstance(value, NA)
    assert "one chunk" in value.reason
    assert tpot(burst, dialect="vllm") == 0.0


def test_two_chunks_at_one_instant_are_legal() -> None:
    assert tpot(Timeline(0, [S, S], n_tokens=5)) == 0.0


@pytest.mark.parametrize(
    ("timeline", "reason"),
    [
        (Timeline(0, [1, 2]), "unknown"),
        (Timeline(0, [1, 2], n_tokens=0), "no output token"),
        (Timeline(0, [1, 2], n_tokens=2, status="cancelled"), "no end"),
        (Timeline(0, [], n_tokens=2), "no content chunk"),
    ],
)
def test_it_says_what_is_missing(timeline: Timeline, reason: str) -> None:
    for dialect in ("agentchat", "vllm"):
        value = tpot(timeline, dialect=dialect)
        assert isinstance(value, NA)
        assert reason in value.reason


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("chunks", [[], [2, 1], [-1]])
def test_broken_instants_have_none_in_any_dialect(chunks: list[int], dialect: str) -> None:
    assert isinstance(tpot(Timeline(0, chunks, n_tokens=3), dialect=dialect), NA)


@pytest.mark.parametrize("status", ["cancelled", "failed"])
@pytest.mark.parametrize("dialect", ["guidellm", "etalon", "sglang"])
def test_it_needs_the_end_in_any_dialect(status: str, dialect: str) -> None:
    timeline = Timeline(0, [1, 2], n_tokens=2, status=status)
    assert isinstance(tpot(timeline, dialect=dialect), NA)


def test_guidellm_refuses_no_token() -> None:
    assert isinstance(tpot(Timeline(0, [1], n_tokens=0), dialect="guidellm"), NA)
    assert isinstance(tpot(Timeline(0, [1], n_tokens=0), dialect="etalon"), NA)


def test_sglang_divides_what_its_own_end_gives() -> None:
    broken = Timeline(0, [1, 5], n_tokens=2, t_end=3)
    assert isinstance(tpot(broken, dialect="sglang"), NA)
