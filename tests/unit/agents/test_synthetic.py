from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from jupyter_agentchat.agents.base import Emitted
from jupyter_agentchat.agents.synthetic import SyntheticAgent
from jupyter_agentchat.agents.synthetic_plan import plan
from jupyter_agentchat.agents.synthetic_spec import read_spec
from jupyter_agentchat.agents.told_instants import Told, told_instants
from jupyter_agentchat.errors import AgentError, InvalidInputError
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.testing.clock import FakeClock
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.turns import make_turn

MS = 1_000_000


def make_agent() -> tuple[SyntheticAgent, FakeClock]:
    clock = FakeClock(0, jumps=True)
    return SyntheticAgent(clock=clock, sleep=clock.sleep), clock


async def play(order: object) -> tuple[list[Emitted], Exception | None, list[int]]:
    """Return what came, what ended it, and when each thing came."""
    agent, clock = make_agent()
    instants: list[int] = []

    async def stamped() -> AsyncIterator[Emitted]:
        async for emitted in agent.answer(make_turn("go", metadata={"synthetic": order})):
            instants.append(clock.monotonic_ns())
            yield emitted

    got, error = await collect(stamped())
    return got, error, instants


async def test_it_plays_the_plan_to_the_nanosecond() -> None:
    order = {"chunks": 20, "distribution": "lognormal", "seed": 3, "stalls": [[4, 500], [19, 30]]}
    planned = list(plan(read_spec(order)))
    got, error, instants = await play(order)
    assert error is None
    assert got[:-1] == [each.text for each in planned]
    assert instants[:-1] == [each.offset_ns for each in planned]
    assert got[-1] == Usage(output_tokens=20, source="usage")
    assert instants[-1] == planned[-1].offset_ns + 30 * MS


async def test_without_an_order_it_plays_the_defaults() -> None:
    agent, clock = make_agent()
    got = [emitted async for emitted in agent.answer(make_turn("go"))]
    assert len(got) == 51
    assert clock.monotonic_ns() == (200 + 49 * 20) * MS


async def test_a_late_wake_up_delays_one_chunk_and_not_the_rest() -> None:
    agent, clock = make_agent()
    instants: list[int] = []
    order = {"chunks": 5, "ttft_ms": 0, "icl_ms": 10}
    async for _ in agent.answer(make_turn("go", metadata={"synthetic": order})):
        instants.append(clock.monotonic_ns() // MS)
        if len(instants) == 2:
            clock.jump(0.025)
    assert instants == [0, 10, 35, 35, 40, 40]


async def test_chunks_tell_when_they_were_due_and_given_away_and_when_the_agent_went_on() -> None:
    agent, clock = make_agent()
    order = {"chunks": 3, "chars": 64, "ttft_ms": 5, "icl_ms": 10, "instants": True}
    texts = []
    async for emitted in agent.answer(make_turn("go", metadata={"synthetic": order})):
        if isinstance(emitted, str):
            texts.append(emitted)
            clock.jump(0.012)  # whoever takes a chunk takes his time
    assert {len(text) for text in texts} == {64}
    assert [text[60:] for text in texts] == [each.text[60:] for each in plan(read_spec(order))]
    assert [told_instants(text) for text in texts] == [
        Told(5 * MS, 5 * MS, 0),
        Told(15 * MS, 17 * MS, 17 * MS),
        Told(25 * MS, 29 * MS, 29 * MS),
    ]


async def test_without_pace_it_yields_to_the_loop_once_per_chunk_and_no_time_passes() -> None:
    agent, clock = make_agent()
    order = {"chunks": 300, "pace": False, "stalls": [[3, 1000]]}
    items, _ = await collect(agent.answer(make_turn("go", metadata={"synthetic": order})))
    assert len(items) == 301
    assert clock.slept == [0] * 300
    assert clock.monotonic_ns() == 0


@pytest.mark.parametrize("pace", [True, False])
@pytest.mark.parametrize("fail_at", [0, 1, 7, 10])
async def test_it_fails_after_exactly_so_many_chunks(fail_at: int, *, pace: bool) -> None:
    got, error, _ = await play({"chunks": 10, "fail_at": fail_at, "pace": pace})
    assert len(got) == fail_at
    assert isinstance(error, AgentError)
    assert error.message == f"The stream was ordered to fail after {fail_at} chunks, and did."


async def test_a_wrong_order_fails_before_anything_comes() -> None:
    got, error, _ = await play({"chunks": "many"})
    assert got == []
    assert isinstance(error, InvalidInputError)
    assert "metadata.synthetic.chunks is 'many'" in error.message


async def test_two_streams_at_once_keep_to_their_own_plans() -> None:
    clock = FakeClock(0)
    agent = SyntheticAgent(clock=clock, sleep=clock.sleep)
    came: list[tuple[str, int]] = []

    async def run(name: str, icl_ms: int) -> None:
        order = {"chunks": 3, "ttft_ms": 10, "icl_ms": icl_ms}
        async for _ in agent.answer(make_turn("go", metadata={"synthetic": order})):
            came.append((name, clock.monotonic_ns() // MS))  # noqa: PERF401 - two at once

    tasks = [asyncio.create_task(run("a", 20)), asyncio.create_task(run("b", 50))]
    await clock.advance(1)
    await asyncio.gather(*tasks)
    assert [at for name, at in came if name == "a"] == [10, 30, 50, 50]
    assert [at for name, at in came if name == "b"] == [10, 60, 110, 110]
    assert agent.policy == "parallel"
    await agent.close()
