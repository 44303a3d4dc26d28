"""Extractors in the runtime: one that raises fails only its own stream."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from jupyter_agentchat.extract import PassthroughExtractor, StreamError
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.testing.agents import ScriptedAgent
from tests.unit.runtime.conftest import USER, origin, running

Run = Callable[[Coroutine[Any, Any, None]], None]


class Broken(PassthroughExtractor):
    def push(self, chunk: str) -> str:
        raise StreamError("PARSE_ERROR", f"{chunk!r} cannot be read")


def extracting(name: str, script: list[Any], extractor: object) -> ScriptedAgent:
    agent = ScriptedAgent(script, name=name)
    agent.extractor = extractor  # type: ignore[attr-defined]
    return agent


def test_only_the_stream_of_a_broken_extractor_fails(run: Run) -> None:
    async def check() -> None:
        agents = [
            extracting("broken", ["one"], Broken),
            extracting("missing", ["one"], "no such"),
            extracting("good", ["<actions>REPLY</actions><text>Hel", "lo</text>"], "response"),
        ]
        async with running(*agents) as service:
            sending = await service.send("lab", USER, Outgoing(text="hi"), origin())
            await service.ended(sending.streams)
            found = {}
            for stream in sending.streams:
                row = await service.stream(stream)
                message = await service.message("lab", row.message)
                found[row.agent] = row.status, message.text, message.error and message.error.code
            assert found == {
                "broken": ("failed", "", "PARSE_ERROR"),
                "missing": ("failed", "", "agent_failed"),
                "good": ("completed", "Hello", None),
            }

    run(check())
