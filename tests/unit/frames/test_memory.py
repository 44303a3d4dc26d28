from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from jupyter_agentchat.frames.memory import Column, empty, zeros


@pytest.mark.parametrize("expected", [0, 1, 5, 100])
def test_what_was_added_is_taken_once(expected: int) -> None:
    column = Column(np.int64, expected)
    for part in ([1, 2], [], [3, 4, 5]):
        column.add(np.array(part, np.int64))
    assert len(column) == 5
    assert column.taken().tolist() == [1, 2, 3, 4, 5]
    assert len(column) == 0
    assert column.taken().tolist() == []


def test_it_lies_in_arrows_memory_and_can_be_written() -> None:
    before = pa.total_allocated_bytes()
    values = empty(1000, np.int64)
    assert pa.total_allocated_bytes() - before >= 8000
    values[:] = 7
    assert values.sum() == 7000


def test_nothing_is_empty() -> None:
    assert empty(0, np.int32).tolist() == []


def test_zeros_are_zeros_wherever_they_lie() -> None:
    empty(1000, np.int64)[:] = 7
    values = zeros(1000)
    assert not values.any()
    values[3] = 1
    assert values.sum() == 1
