from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.agents.generation import Generation, estimated_tokens, read_generation
from jupyter_agentchat.errors import InvalidInputError


def test_nothing_asked_is_the_agents_own() -> None:
    assert read_generation({}) == Generation() == read_generation({"generation": None})


def test_what_is_asked_is_read() -> None:
    asked = {"max_tokens": 3, "stop": ["\n"], "temperature": 1, "seed": 7, "estimate_usage": True}
    assert read_generation({"generation": asked}) == Generation(
        max_tokens=3, stop=("\n",), temperature=1.0, seed=7, estimate_usage=True
    )


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": "many"}, "max_tokens"),
        ({"stop": [""]}, "stop"),
        ({"stop": ["x"] * 17}, "stop"),
        ({"top_q": 1}, "top_q"),
        (3, "generation"),
    ],
)
def test_what_is_wrong_is_named(asked: Any, named: str) -> None:
    with pytest.raises(InvalidInputError, match=named):
        read_generation({"generation": asked})


def test_four_characters_are_about_a_token() -> None:
    assert [estimated_tokens(chars) for chars in (0, 1, 4, 5)] == [0, 1, 1, 2]
