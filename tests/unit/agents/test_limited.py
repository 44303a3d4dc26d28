from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.agents.base import Chunk, Emitted, Status
from jupyter_agentchat.agents.limited import limited
from jupyter_agentchat.agents.model import ModelAgent
from jupyter_agentchat.agents.synthetic import SyntheticAgent
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import Finish
from jupyter_agentchat.testing.agents import ScriptedAgent, Step, never
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.providers import ScriptedProvider
from jupyter_agentchat.testing.turns import make_turn


async def answer(script: list[Step], **asked: Any) -> list[Emitted]:
    turn = make_turn("12345678", metadata={"generation": asked})
    items, error = await collect(limited(ScriptedAgent(script), turn))
    assert error is None
    return items


async def test_without_an_order_the_answer_is_the_agents() -> None:
    assert await answer(["a", Status("x")]) == ["a", Status("x")]


async def test_four_characters_are_one_token_and_the_rest_is_not_asked_for() -> None:
    agent = ScriptedAgent(["abc", "defgh", never()])
    turn = make_turn("q", metadata={"generation": {"max_tokens": 1}})
    items, _ = await collect(limited(agent, turn))
    assert items == [Chunk("abc"), Chunk("d"), Finish("length")]
    assert agent.cancelled == 1


async def test_a_stop_ends_the_answer_before_itself() -> None:
    assert await answer(["one E", "ND two"], stop=["END"]) == [Chunk("one ")]
    assert await answer(["one E"], stop=["END"]) == [Chunk("one "), Chunk("E")]


async def test_a_stop_in_the_reasoning_means_nothing() -> None:
    thought = Chunk("END", "reasoning")
    assert await answer([thought, "x"], stop=["END"]) == [thought, Chunk("x")]


async def test_usage_is_estimated_where_nobody_counts() -> None:
    told = Usage(output_tokens=9)
    estimate = Usage(input_tokens=2, output_tokens=2, source="estimate")
    assert await answer(["abcde"], estimate_usage=True) == [Chunk("abcde"), estimate]
    assert await answer(["abcde", told], estimate_usage=True) == [Chunk("abcde"), told]


async def test_a_wrong_order_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="max_tokens"):
        await answer(["a"], max_tokens=-1)


async def test_a_model_is_told_and_keeps_the_limits_itself() -> None:
    provider = ScriptedProvider(["abcdefghij", Finish("length")])
    asked = {"max_tokens": 1, "stop": ["c"], "temperature": 0.0, "seed": 5}
    turn = make_turn("q", metadata={"generation": asked})
    items, _ = await collect(limited(ModelAgent(provider, "m"), turn))
    assert [item.text for item in items if isinstance(item, Chunk)] == ["abcdefghij"]
    assert items[-1] == Finish("length")
    request = provider.requests[0]
    assert (request.max_tokens, request.stop) == (1, ("c",))
    assert (request.temperature, request.seed) == (0.0, 5)


async def test_synthetic_counts_its_own_tokens() -> None:
    order = {"chunks": 5, "chars": 9, "pace": False}
    turn = make_turn("q", metadata={"synthetic": order, "generation": {"max_tokens": 2}})
    items, _ = await collect(limited(SyntheticAgent(), turn))
    assert [len(item) for item in items if isinstance(item, str)] == [9, 9]
    assert items[2:] == [Finish("length"), Usage(output_tokens=2)]
