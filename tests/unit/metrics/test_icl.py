from __future__ import annotations

import pytest

from jupyter_agentchat.metrics import NA, Timeline, icl

SECOND = 1_000_000_000


@pytest.mark.parametrize("dialect", ["agentchat", "aiperf", "aiperf@2025-10", "vllm"])
def test_it_is_the_gaps(dialect: str) -> None:
    found = icl(Timeline(0, [SECOND, 3 * SECOND, 6 * SECOND]), dialect=dialect)
    assert found == [2.0, 3.0]


def test_aiperf_changed_its_mind_about_equal_instants() -> None:
    timeline = Timeline(100, [110, 110, 120])
    assert icl(timeline) == [0.0, 1e-8]
    assert icl(timeline, dialect="aiperf") == [0.0, 1e-8]
    refused = icl(timeline, dialect="aiperf@2025-10")
    assert isinstance(refused, NA)
    assert "refused" in refused.reason


def test_empty_chunks_end_no_gap_except_for_vllm() -> None:
    timeline = Timeline(0, [SECOND, 2 * SECOND, 4 * SECOND], chunk_tokens=[1, 0, 1])
    assert icl(timeline) == [3.0]
    assert icl(timeline, dialect="vllm") == [1.0, 2.0]


@pytest.mark.parametrize("chunks", [[], [110], [120, 110, 130]])
def test_it_needs_two_in_order(chunks: list[int]) -> None:
    assert isinstance(icl(Timeline(100, chunks)), NA)


def test_it_is_the_gaps_of_what_a_tool_takes_for_content() -> None:
    timeline = Timeline(0, [SECOND, 2 * SECOND, 4 * SECOND], ["reasoning", "text", "text"])
    assert icl(timeline, dialect="guidellm") == icl(timeline, dialect="sglang") == [1.0, 2.0]
    assert icl(timeline, dialect="llmperf") == icl(timeline, dialect="etalon") == [2.0]
