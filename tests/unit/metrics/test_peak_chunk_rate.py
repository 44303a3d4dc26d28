from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Timeline, peak_chunk_rate

MS = 1_000_000


def test_the_fullest_window_counts_from_the_first_request() -> None:
    run = [
        Timeline(500 * MS, [600 * MS, 1400 * MS, 1499 * MS, 1500 * MS]),
        Timeline(600 * MS, [1200 * MS]),
        Timeline(0, [1 * MS] * 9, status="failed"),
    ]
    assert peak_chunk_rate(run) == 4.0
    assert peak_chunk_rate(run, window=0.5) == 6.0


def test_only_vllm_counts_empty_chunks() -> None:
    stream = Timeline(0, [1, 2, 3], ["role", "text", "usage"])
    assert peak_chunk_rate(stream) == 1.0
    assert peak_chunk_rate(stream, dialect="vllm") == 2.0


def test_nothing_has_no_rate() -> None:
    assert isinstance(peak_chunk_rate([]), NA)
    assert isinstance(peak_chunk_rate([Timeline(0, [1], ["role"])]), NA)
    assert isinstance(peak_chunk_rate([], dialect="aiperf"), NA)
    with pytest.raises(InvalidInputError, match="window is 0"):
        peak_chunk_rate([], window=0)
