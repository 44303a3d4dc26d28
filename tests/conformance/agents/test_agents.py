"""Every agent keeps the guarantees of `Agent`; broken ones are found out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from jupyter_agentchat.agents.base import Agent, Chunk, Emitted, Turn
from jupyter_agentchat.agents.echo import EchoAgent
from jupyter_agentchat.agents.listener import ElizaAgent
from jupyter_agentchat.agents.model import ModelAgent
from jupyter_agentchat.agents.models import ModelConfig, model_agent
from jupyter_agentchat.agents.synthetic import SyntheticAgent
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.testing.agent_checks import (
    AGENT_CHECKS,
    AgentCheck,
    check_answer,
    check_identity,
    check_stop,
    check_turns_apart,
)
from jupyter_agentchat.testing.agents import ScriptedAgent
from jupyter_agentchat.testing.clock import FakeClock
from jupyter_agentchat.testing.conformance import NonConformanceError
from jupyter_agentchat.testing.endpoint import ScriptedEndpoint, good_answer
from jupyter_agentchat.testing.providers import ScriptedProvider
from jupyter_agentchat.testing.turns import make_turn

TURN = make_turn("I am glad", metadata={"synthetic": {"chunks": 5, "seed": 1}})
CLOCK = FakeClock(jumps=True)
THINKING = ("<think>", "hm", "</think>", "yes", " indeed", Usage(output_tokens=5))


@asynccontextmanager
async def over_http() -> AsyncIterator[Agent]:
    async with ScriptedEndpoint(good_answer("a", "b", "c")) as endpoint:
        agent = model_agent("vllm:m", ModelConfig(base_url=endpoint.url), environ={})
        yield agent
        await agent.close()


def plain(make: Callable[[], Agent]) -> Callable[[], AbstractAsyncContextManager[Agent]]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Agent]:
        yield make()

    return opened


AGENTS: dict[str, Callable[[], AbstractAsyncContextManager[Agent]]] = {
    "eliza": plain(lambda: ElizaAgent(clock=CLOCK, sleep=CLOCK.sleep)),
    "echo": plain(EchoAgent),
    "synthetic": plain(lambda: SyntheticAgent(clock=CLOCK, sleep=CLOCK.sleep)),
    "model": plain(lambda: ModelAgent(ScriptedProvider(THINKING), "m")),
    "model over HTTP": over_http,
    "scripted": plain(ScriptedAgent),
}


@pytest.mark.parametrize("check", AGENT_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", AGENTS)
async def test_agents(name: str, check: AgentCheck) -> None:
    async with AGENTS[name]() as agent:
        await check(agent, TURN)


class NamelessAgent(ScriptedAgent):
    def __init__(self) -> None:
        super().__init__(name=" ")


class StubbornAgent(ScriptedAgent):
    """Swallows its own cancellation."""

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        yield turn.text
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.Event().wait()


class ForgetfulAgent(ScriptedAgent):
    """Keeps the answer in itself, where another turn finds it."""

    words: list[str]

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        self.words = turn.text.split()
        while self.words:
            yield self.words.pop(0)
            await asyncio.sleep(0)


class ListAgent(ScriptedAgent):
    def answer(self, turn: Turn) -> Any:
        class Words:
            def __init__(self) -> None:
                self.words = iter(turn.text.split())

            def __aiter__(self) -> Words:
                return self

            async def __anext__(self) -> str:
                return next(self.words)

        return Words()


@pytest.mark.parametrize(
    ("agent", "check", "guarantee"),
    [
        (NamelessAgent(), check_identity, "no blanks"),
        (ScriptedAgent(policy="never"), check_identity, "policy"),  # type: ignore[arg-type]
        (ScriptedAgent(["a", ""]), check_answer, "no chunk is empty"),
        (ScriptedAgent([Chunk("")]), check_answer, "no chunk is empty"),
        (ScriptedAgent([Chunk("a", "aside")]), check_answer, "aside is a kind"),  # type: ignore[arg-type]
        (ScriptedAgent([5]), check_answer, "int may be yielded"),  # type: ignore[list-item]
        (ScriptedAgent([Usage(), "a"]), check_answer, "the usage comes once, last"),
        (ScriptedAgent(["a", ValueError("x")]), check_answer, "without an error"),
        (StubbornAgent(), check_stop, "over within 500 ms"),
        (ListAgent(), check_stop, "asynchronous generator"),
        (ForgetfulAgent(), check_turns_apart, "do not mix"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_broken_agent_is_found_out(
    agent: ScriptedAgent, check: AgentCheck, guarantee: str
) -> None:
    with pytest.raises(NonConformanceError, match=guarantee):
        await check(agent, TURN)
