"""What agents add to their messages, and faces to their channels."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from jupyter_agentchat.agents.base import Emitted, Metadata
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.testing.agents import ScriptedAgent
from tests.unit.runtime.conftest import USER, origin, running

Run = Callable[[Coroutine[Any, Any, None]], None]


def test_an_agent_declares_what_it_did(run: Run) -> None:
    async def check() -> None:
        script: list[Emitted] = [
            Metadata({"actions": ["A"], "thought": "why"}),
            "x",
            Metadata({"actions": ["B"]}),
        ]
        async with running(ScriptedAgent(script)) as service:
            sending = await service.send("lab", USER, Outgoing(text="hi"), origin())
            await service.ended(sending.streams)
            row = await service.stream(sending.streams[0])
            message = await service.message("lab", row.message)
            assert message.metadata == {"actions": ["B"], "thought": "why"}
            assert message.text == "x"

    run(check())


def test_metadata_that_is_no_json_fails_the_stream_alone(run: Run) -> None:
    async def check() -> None:
        async with running(ScriptedAgent(["x", Metadata({"a": object()})])) as service:
            sending = await service.send("lab", USER, Outgoing(text="hi"), origin())
            await service.ended(sending.streams)
            assert (await service.stream(sending.streams[0])).status == "failed"

    run(check())


def test_a_channel_keeps_the_metadata_of_a_face(run: Run) -> None:
    async def check() -> None:
        async with running(ScriptedAgent()) as service:
            changed = await service.update_channel("lab", metadata={"topic": "x"})
            assert changed.metadata == {"topic": "x"}
            assert (await service.channel("lab")).channel == changed

    run(check())
