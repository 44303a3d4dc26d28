from __future__ import annotations

from jupyter_agentchat.metrics import NA, Timeline, stall_ratio

S = 1_000_000_000


def test_it_is_the_share_of_the_excess() -> None:
    assert stall_ratio(Timeline(0, [0, S, 4 * S]), threshold=1.0) == 0.5
    assert stall_ratio(Timeline(0, [0, S, 4 * S])) == 0.5


def test_one_chunk_has_none() -> None:
    assert isinstance(stall_ratio(Timeline(0, [1])), NA)
    assert isinstance(stall_ratio(Timeline(0, [1, 1])), NA)
