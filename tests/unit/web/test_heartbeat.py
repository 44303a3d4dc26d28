from __future__ import annotations

import asyncio

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.web.heartbeat import Heartbeat
from jupyter_agentchat.web.pulse import Pulse
from tests.properties.rooms import FakeSink


async def test_it_beats_in_silence_alone_and_not_at_a_blocked_socket() -> None:
    sink = FakeSink()
    outlet = Outlet(sink, list[CloseCode]().append)
    beat = Heartbeat(outlet, b":\n\n", Pulse(0.005))
    async with asyncio.timeout(5):
        while not sink.writes:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.001)
    assert sink.writes == [b":\n\n"]
    sink.is_blocked = True
    outlet.write(b"data")
    written = len(sink.writes)
    await asyncio.sleep(0.03)
    assert len(sink.writes) == written
    beat.stop()
    sink.drain()
    await asyncio.sleep(0.03)
    assert len(sink.writes) == written
