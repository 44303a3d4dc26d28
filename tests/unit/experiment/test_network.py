"""A worse network: when segments pass, and that none is lost."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.experiment.network import Delays, Network, Proxy, read_network

MS = 1_000_000
networks = st.builds(
    Network,
    latency_ms=st.floats(0, 100),
    jitter_ms=st.floats(0, 50),
    loss=st.floats(0, 0.5),
    seed=st.integers(0, 9),
)


@given(networks, st.lists(st.integers(0, 20 * MS), min_size=1, max_size=50))
def test_order_is_kept_and_latency_is_the_least(network: Network, gaps: list[int]) -> None:
    """No segment overtakes another, none comes before the latency; the same seed, the same."""
    delays, again = Delays(network, "1/up", 0), Delays(network, "1/up", 0)
    now, due = 0, []
    for gap in gaps:
        now += gap
        due.append(delays.due(now))
        assert due[-1] == again.due(now)
        assert due[-1] >= now + round(network.latency_ms * MS) - 1
    assert all(a <= b for a, b in pairwise(due))


def test_a_lost_segment_holds_up_what_follows() -> None:
    """Head-of-line blocking, as TCP has it."""
    delays = Delays(Network(loss=0.3, retransmit_ms=200, seed=1), "1/down", 0)
    due = [delays.due(index * MS) for index in range(100)]
    late = [at - index * MS for index, at in enumerate(due)]
    assert max(late) >= 200 * MS
    first = next(index for index, each in enumerate(late) if each)
    assert first < 20
    assert all(at >= due[first] for at in due[first:])


def test_a_stall_lets_nothing_pass() -> None:
    """Whatever falls into it passes at its end."""
    delays = Delays(Network(stall_every_ms=100, stall_ms=30), "1/down", 0)
    assert delays.due(69 * MS) == 69 * MS
    assert delays.due(70 * MS) == 100 * MS
    assert delays.due(99 * MS) == 100 * MS
    assert delays.due(101 * MS) == 101 * MS


@pytest.mark.parametrize(
    ("order", "says"),
    [
        ({"latncy_ms": 1}, "latncy_ms"),
        ({"loss": 1}, "loss"),
        ({"latency_ms": -1}, "latency_ms"),
        ({"stall_ms": 5, "stall_every_ms": 5}, "stalls all the time"),
        (3, "wrong"),
    ],
)
def test_what_is_wrong_is_said(order: object, says: str) -> None:
    """With the setting's name."""
    with pytest.raises(InvalidInputError, match=f"'wifi'.*{says}"):
        read_network("wifi", order)


async def test_bytes_pass_both_ways_whole() -> None:
    """What goes in comes out, and the end of one direction does not end the other."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = await reader.read()
        writer.write(data[::-1])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    network = Network(latency_ms=1, jitter_ms=1, loss=0.2, retransmit_ms=2)
    sent = bytes(range(256)) * 4096
    async with server, Proxy("127.0.0.1", port, network) as proxy, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(sent)
        writer.write_eof()
        assert await reader.read() == sent[::-1]
        writer.close()


async def test_a_server_that_is_not_there_ends_the_connection() -> None:
    """No hang."""
    probe = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = probe.sockets[0].getsockname()[1]
    probe.close()
    await probe.wait_closed()
    async with Proxy("127.0.0.1", port, Network()) as proxy, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        assert await reader.read() == b""
        writer.close()
