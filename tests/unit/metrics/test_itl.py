from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import DIALECTS, NA, Timeline, itl

S = 1_000_000_000
STREAM = Timeline(0, [2 * S, 3 * S, 7 * S], chunk_tokens=[3, 1, 4], t_end=8 * S)


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("agentchat", 5 / 7),
        ("aiperf", 5 / 5),
        ("aiperf@2025-10", 5 / 7),
        ("guidellm", 5 / 7),
        ("llmperf", 7 / 8),
        ("vllm", [1.0, 4.0]),
        ("sglang", [1.0, 1.0, 1.0, 1.0, 1.0]),
        ("etalon", [0.0, 0.0, 1.0, 4.0, 0.0, 0.0, 0.0]),
    ],
)
def test_one_stream_has_as_many_as_there_are_tools(
    dialect: str, expected: float | list[float]
) -> None:
    assert itl(STREAM, dialect=dialect) == expected


def test_every_dialect_has_been_asked() -> None:
    assert not any(isinstance(itl(STREAM, dialect=dialect), NA) for dialect in DIALECTS)


@pytest.mark.parametrize(
    ("first", "expected"), [(None, 5.0), (6, 5.0), (7, 5.0), (3, 25 / 3), (1, 5.0)]
)
def test_aiperf_falls_back_to_one_first_token(first: int | None, expected: float) -> None:
    counts = None if first is None else [first, 6 - first if first < 6 else 1]
    timeline = Timeline(0, [2, 27], chunk_tokens=counts, n_tokens=6)
    assert itl(timeline, dialect="aiperf") == pytest.approx(expected * 1e-9)


def test_guidellm_takes_chunks_for_tokens_if_nobody_counted() -> None:
    timeline = Timeline(0, [S, 2 * S, 5 * S])
    assert itl(timeline, dialect="guidellm") == 2.0
    assert isinstance(itl(timeline), NA)
    assert isinstance(itl(timeline, dialect="llmperf"), NA)


def test_sglang_without_counts_publishes_the_gaps() -> None:
    assert itl(Timeline(0, [S, 2 * S, 5 * S], n_tokens=9), dialect="sglang") == [1.0, 3.0]


@pytest.mark.parametrize("dialect", ["vllm", "sglang", "etalon"])
def test_a_list_of_one_chunk_is_empty(dialect: str) -> None:
    assert itl(Timeline(0, [S]), dialect=dialect) == []


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "timeline",
    [
        Timeline(0, [], n_tokens=5),
        Timeline(9, [1, 2], n_tokens=5),
        Timeline(0, [2, 1], n_tokens=5),
        Timeline(0, [1, 2], n_tokens=5, status="failed"),
    ],
)
def test_nothing_meaningless_is_a_number(timeline: Timeline, dialect: str) -> None:
    assert isinstance(itl(timeline, dialect=dialect), NA)


@pytest.mark.parametrize("dialect", ["agentchat", "aiperf", "guidellm"])
def test_one_token_has_none(dialect: str) -> None:
    for n in (0, 1):
        assert isinstance(itl(Timeline(0, [S], n_tokens=n), dialect=dialect), NA)


@pytest.mark.parametrize("dialect", ["agentchat", "aiperf", "guidellm", "llmperf"])
def test_a_mean_needs_the_end(dialect: str) -> None:
    timeline = Timeline(0, [S, 2 * S], n_tokens=2, status="cancelled")
    assert isinstance(itl(timeline, dialect=dialect), NA)
