"""How much of a channel an agent sees."""

from __future__ import annotations

import pytest

from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.testing.agents import ScriptedAgent
from tests.unit.runtime.conftest import USER, Running, origin, running


@pytest.mark.parametrize(("asked", "seen"), [(None, 4), (0, 0), (3, 3), (99, 4)])
def test_a_sender_bounds_what_an_agent_sees(run: Running, asked: int | None, seen: int) -> None:
    """``metadata.generation.history``; 0 is the question alone, none is what the server allows."""

    async def main() -> None:
        agent = ScriptedAgent(["ok"])
        async with running(agent) as service:
            for number in range(3):
                metadata = {"generation": {"history": asked}}
                outgoing = Outgoing(text=f"q{number}", metadata=metadata)
                sending = await service.send("lab", USER, outgoing, origin())
                await service.ended(sending.streams)
            assert len(agent.turns[-1].history) == seen

    run(main())


def test_a_wrong_bound_fails_the_answer_with_a_sentence(run: Running) -> None:
    """The question stays; its answer says what was wrong."""

    async def main() -> None:
        async with running(ScriptedAgent(["ok"])) as service:
            outgoing = Outgoing(text="q", metadata={"generation": {"history": -1}})
            sending = await service.send("lab", USER, outgoing, origin())
            await service.ended(sending.streams)
            row = await service.stream(sending.streams[0])
            assert row.status == "failed"
            assert "history" in (row.error or "")

    run(main())
