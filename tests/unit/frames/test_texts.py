from __future__ import annotations

import numpy as np
import pytest

from jupyter_agentchat.frames.texts import Texts
from jupyter_agentchat.store.joined import Joined
from tests.unit.store.test_joined import block

FIRST, SECOND = block(1, 40, 3), block(41, 50, 2)
EVERY = slice(None)


def told(*numbers: int) -> list[str]:
    return [f"é{number} " for number in numbers]


@pytest.mark.parametrize("expected", [0, 90, 10_000])
def test_blocks_stand_end_to_end(expected: int) -> None:
    texts = Texts(expected)
    texts.add(FIRST, EVERY)
    texts.add(SECOND, EVERY)
    assert texts.ordered(None).to_pylist() == told(*range(1, 91))


def test_joined_blocks_are_the_same() -> None:
    texts = Texts(90)
    texts.add(Joined([FIRST, SECOND]), EVERY)
    assert texts.ordered(None).to_pylist() == told(*range(1, 91))


@pytest.mark.parametrize("whole", [FIRST, Joined([FIRST, SECOND])])
def test_some_rows_of_a_block(whole: Joined) -> None:
    chosen = np.zeros(len(whole), bool)
    chosen[[0, 3, 39]] = True
    texts = Texts(3)
    texts.add(SECOND, np.arange(50) == 49)
    texts.add(whole, chosen)
    assert texts.ordered(None).to_pylist() == told(90, 1, 4, 40)


def test_they_are_put_in_order() -> None:
    texts = Texts(40)
    texts.add(FIRST, EVERY)
    assert texts.ordered(np.arange(40)[::-1]).to_pylist() == told(*range(40, 0, -1))


def test_no_rows_are_no_texts() -> None:
    texts = Texts(0)
    texts.add(FIRST, np.zeros(40, bool))
    assert texts.ordered(None).to_pylist() == []
