from __future__ import annotations

from jupyter_agentchat.dialects.openai.answering import Answering
from jupyter_agentchat.protocol.events import StreamCompleted, StreamDelta, StreamStarted
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.testing.agents import ScriptedAgent, never
from tests.unit.runtime.conftest import USER, origin, running


async def test_it_reads_one_stream_among_others_until_its_end() -> None:
    agents = [ScriptedAgent(["a", "b"], name="one"), ScriptedAgent(["c"], name="other")]
    async with running(*agents) as service:
        sending = await service.send("lab", USER, Outgoing(text="hi"), origin())
        log = await service.channel("lab")
        answering = Answering(log, sending.position.seq, sending.streams[0])
        events = [each.event async for batch in answering for each in batch]
    assert [type(event) for event in events] == [
        StreamStarted,
        StreamDelta,
        StreamDelta,
        StreamCompleted,
    ]
    assert answering.end is events[-1]


async def test_closing_ends_it_without_an_end() -> None:
    async with running(ScriptedAgent(["a", never()])) as service:
        sending = await service.send("lab", USER, Outgoing(text="hi"), origin())
        log = await service.channel("lab")
        answering = Answering(log, sending.position.seq, sending.streams[0])
        async for batch in answering:
            if isinstance(batch[-1].event, StreamDelta):
                answering.close()
        assert answering.end is None
