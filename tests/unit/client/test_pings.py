from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.client.pings import EVERY_NS, FIRST, WINDOW, Pings
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.commands import AnyCommand, Ping
from jupyter_agentchat.protocol.frames import Ack, Pong
from jupyter_agentchat.testing.clock import FakeClock

AHEAD_NS = 5_000_000_000
FAST_PPB = 40_000
WAY_NS = 200_000


class Server:
    """Answers pings by a clock that is ahead and fast; each way takes `WAY_NS`."""

    def __init__(self, *, answers: bool = True) -> None:
        self.clock = FakeClock()
        self.answers = answers
        self.told: list[Ping] = []

    def reads(self) -> int:
        ours = self.clock.monotonic_ns()
        return ours + AHEAD_NS + ours * FAST_PPB // 10**9

    async def ask(self, command: AnyCommand) -> Any:
        assert isinstance(command, Ping)
        self.clock.jump(WAY_NS / 1e9)
        read = self.reads()
        self.clock.jump(WAY_NS / 1e9)
        return Pong(t=command.t, received_ns=read, sent_ns=read) if self.answers else Ack()

    async def tell(self, command: AnyCommand) -> None:
        assert isinstance(command, Ping)
        self.told.append(command)


def pings_of(server: Server) -> Pings:
    return Pings(server, server.clock)  # type: ignore[arg-type]


async def test_each_opening_tells_the_server_the_offset() -> None:
    server = Server()
    pings = pings_of(server)
    await pings.begin()
    (told,) = server.told
    assert told.offset == pings.offset
    assert told.rtt_ns == 2 * WAY_NS
    now = server.clock.monotonic_ns()
    assert pings.offset.at_ns == now
    assert abs(pings.offset.offset_ns - (server.reads() - now)) <= pings.offset.uncertainty_ns
    assert pings.offset.uncertainty_ns <= 1.001 * WAY_NS


async def test_a_long_connection_learns_the_drift() -> None:
    server = Server()
    pings = pings_of(server)
    await pings.begin()
    for _ in range(2 * WINDOW):
        assert not pings.is_due(server.clock.monotonic_ns())
        server.clock.jump(EVERY_NS / 1e9)
        assert pings.is_due(server.clock.monotonic_ns())
        await pings.again()
    assert len(server.told) == 1 + 2 * WINDOW
    last = server.told[-1]
    assert abs(last.drift_ppb - FAST_PPB) <= last.drift_uncertainty_ppb < FAST_PPB


async def test_a_new_opening_forgets_the_last_server() -> None:
    server = Server()
    pings = pings_of(server)
    await pings.begin()
    await pings.begin()
    assert len(pings._samples) == FIRST


async def test_without_an_estimate_nothing_is_due() -> None:
    server = Server(answers=False)
    pings = pings_of(server)
    assert not pings.is_due(10**15)
    with pytest.raises(DisconnectedError, match="pings"):
        await pings.begin()
