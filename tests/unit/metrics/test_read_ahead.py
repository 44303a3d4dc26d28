from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Timeline, read_ahead

S = 1_000_000_000


def test_the_worst_lead_counts() -> None:
    # 2 tokens/s from 1 s on: at 3 s the reader wants 4 tokens and has 2, at 4 s wants 6, has 5
    stream = Timeline(0, [S, S, 3 * S, 3 * S, 3 * S, 4 * S])
    assert read_ahead(stream, reading_speed=2.0) == -2.0


def test_fast_delivery_never_starves_a_reader() -> None:
    assert read_ahead(Timeline(0, [S, S + 1, S + 2])) == 0.0
    assert read_ahead(Timeline(0, [9 * S])) == 0.0


def test_tokens_of_a_chunk_count() -> None:
    assert read_ahead(Timeline(0, [S, 2 * S], chunk_tokens=[4, 1]), reading_speed=4.0) == 0.0
    assert read_ahead(Timeline(0, [S, 2 * S]), reading_speed=4.0) == -3.0


def test_nothing_to_read() -> None:
    assert isinstance(read_ahead(Timeline(0, [])), NA)
    assert isinstance(read_ahead(Timeline(0, [1]), dialect="etalon"), NA)
    with pytest.raises(InvalidInputError, match="reading_speed is 0"):
        read_ahead(Timeline(0, [1]), reading_speed=0)
