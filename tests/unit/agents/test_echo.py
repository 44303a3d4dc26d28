from __future__ import annotations

import asyncio

import pytest

from jupyter_agentchat.agents.echo import EchoAgent
from jupyter_agentchat.testing.turns import make_turn


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two", ["one ", "two"]),
        ("  lead\n\nand  tail ", ["  ", "lead\n\n", "and  ", "tail "]),
        ("é👩‍🔬 x", ["é👩‍🔬 ", "x"]),
        ("", []),
    ],
)
async def test_it_says_back_what_it_heard_word_by_word(text: str, words: list[str]) -> None:
    agent = EchoAgent()
    assert [word async for word in agent.answer(make_turn(text))] == words
    assert "".join(words) == text


async def test_it_yields_to_the_loop_once_per_word() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(tick())
    async for _ in EchoAgent().answer(make_turn("a " * 500)):
        pass
    task.cancel()
    assert 499 <= ticks <= 501


async def test_its_turns_do_not_wait_for_each_other() -> None:
    agent = EchoAgent()
    assert agent.policy == "parallel"
    await agent.close()
