from __future__ import annotations

import asyncio

import pytest

from jupyter_agentchat.agents.base import Emitted, Status
from jupyter_agentchat.testing.agents import ScriptedAgent, never
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.turns import make_turn


async def play(agent: ScriptedAgent) -> list[Emitted]:
    return [emitted async for emitted in agent.answer(make_turn("hi"))]


async def test_it_yields_its_script_for_every_turn() -> None:
    agent = ScriptedAgent([Status("thinking"), "a", "b"])
    assert await play(agent) == await play(agent) == [Status("thinking"), "a", "b"]
    assert [turn.text for turn in agent.turns] == ["hi", "hi"]
    assert agent.cancelled == 0


@pytest.mark.parametrize("before", [[], ["a"], ["a", "b"]], ids=["before", "during", "after"])
async def test_it_raises_where_the_script_says(before: list[str]) -> None:
    agent = ScriptedAgent([*before, RuntimeError("boom")])
    got, error = await collect(agent.answer(make_turn("hi")))
    assert got == before
    assert str(error) == "boom"


async def test_it_waits_for_an_event_and_never_ends_without() -> None:
    gate = asyncio.Event()
    task = asyncio.create_task(play(ScriptedAgent(["a", gate, "b"])))
    await asyncio.sleep(0)
    assert not task.done()
    gate.set()
    assert await task == ["a", "b"]

    agent = ScriptedAgent(["a", never()])
    task = asyncio.create_task(play(agent))
    await agent.started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert agent.cancelled == 1


async def test_it_notes_its_closing() -> None:
    agent = ScriptedAgent()
    assert not agent.is_closed
    await agent.close()
    assert agent.is_closed
