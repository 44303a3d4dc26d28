from __future__ import annotations

import asyncio

import pytest

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.close_codes import CloseCode
from tests.properties.rooms import FakeSink


def outlet() -> tuple[Outlet, FakeSink]:
    sink = FakeSink()
    return Outlet(sink, list[CloseCode]().append), sink


def test_what_is_due_leaves_in_one_write_and_is_stamped_then() -> None:
    out, sink = outlet()
    stamps, others = list[int](), list[int]()
    assert out.add(b"a", stamps)
    assert not out.add(b"b", others)
    assert not out.add(b"c", None)
    assert sink.writes == []
    out.flush()
    out.flush()
    assert sink.writes == [b"abc"]
    assert len(stamps) == 1
    assert stamps == others
    assert stamps[0] > 0


def test_a_reply_leaves_at_once_behind_what_is_due() -> None:
    out, sink = outlet()
    out.add(b"a", None)
    out.write(b"b")
    assert sink.writes == [b"a", b"b"]
    assert out.sent == 1  # what is due is a reading's, which counts it


async def test_replies_wait_for_a_blocked_socket_one_at_a_time() -> None:
    out, sink = outlet()
    sink.is_blocked = True
    out.write(b"a")
    assert out.blocked
    replies = [asyncio.create_task(out.send(each)) for each in (b"b", b"c")]
    await asyncio.sleep(0)
    assert sink.writes == [b"a"]
    sink.drain()
    sink.is_blocked = True
    await asyncio.sleep(0)
    assert sink.writes == [b"a", b"b"]
    sink.drain()
    await asyncio.gather(*replies)
    assert sink.writes == [b"a", b"b", b"c"]


def test_ephemeral_messages_are_dropped_and_counted_while_blocked() -> None:
    out, sink = outlet()
    out.offer(b"a")
    sink.is_blocked = True
    out.offer(b"b")
    out.offer(b"c")
    out.offer(b"d")
    assert sink.writes == [b"a", b"b"]
    assert out.dropped == 2
    assert out.queue_max_bytes == 1


async def test_who_waits_for_a_socket_that_closes_is_told() -> None:
    out, sink = outlet()
    sink.is_blocked = True
    out.write(b"a")
    waiting = asyncio.create_task(out.send(b"b"))
    await asyncio.sleep(0)
    out.close()
    with pytest.raises(DisconnectedError):
        await waiting
    with pytest.raises(DisconnectedError):
        out.write(b"c")
    out.offer(b"d")
    out.add(b"e", None)
    out.flush()
    assert sink.writes == [b"a"]


def test_a_peer_that_has_gone_is_no_failure_of_a_flush() -> None:
    out, sink = outlet()
    sink.is_gone = True
    out.add(b"a", None)
    out.flush()
    out.offer(b"b")
    with pytest.raises(DisconnectedError):
        out.write(b"c")
    assert out.sent == 0
