from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Stalls, Timeline, stalls

MS = 1_000_000


def test_a_stall_is_longer_than_the_threshold_and_counts_its_excess() -> None:
    timeline = Timeline(0, [0, 100 * MS, 201 * MS, 1201 * MS])
    found = stalls(timeline, threshold=0.1)
    assert found == Stalls(2, 1.0, 0.901, 901 / 1201)


def test_the_wait_for_the_first_chunk_is_none() -> None:
    assert stalls(Timeline(0, [9_000 * MS, 9_001 * MS])) == Stalls(0, 0.0, 0.0, 0.0)


def test_chunks_at_one_instant_have_no_ratio() -> None:
    found = stalls(Timeline(0, [5, 5]), threshold=0)
    assert isinstance(found, Stalls)
    assert found.count == 0
    assert isinstance(found.ratio, NA)


@pytest.mark.parametrize("chunks", [[], [1], [2, 1]])
def test_it_needs_two_in_order(chunks: list[int]) -> None:
    assert isinstance(stalls(Timeline(0, chunks), threshold=0.1), NA)


def test_a_threshold_is_a_duration() -> None:
    with pytest.raises(InvalidInputError, match="threshold is -1"):
        stalls(Timeline(0, [1, 2]), threshold=-1)


def test_it_is_ours() -> None:
    assert isinstance(stalls(Timeline(0, [1, 2]), dialect="vllm"), NA)
