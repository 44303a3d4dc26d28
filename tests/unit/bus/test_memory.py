from __future__ import annotations

import logging

import pytest

from jupyter_agentchat.bus.memory import MemoryBroker
from jupyter_agentchat.protocol.codec import encode_event
from jupyter_agentchat.protocol.events import Read
from jupyter_agentchat.protocol.publication import Publication


def publication(seq: int) -> Publication:
    event = Read(seq=seq, t=seq, user="u", upto=seq)
    return Publication(seq, event, encode_event(event), 0, 0, 0)


def test_listeners_get_everything_once_in_order_while_subscribed() -> None:
    broker, heard = MemoryBroker(), list[int]()
    broker.publish("lab", [publication(1)])
    stop = broker.subscribe("lab", lambda pubs: heard.extend(each.seq for each in pubs))
    broker.publish("lab", [publication(2), publication(3)])
    broker.publish("other", [publication(1)])
    stop()
    stop()
    broker.publish("lab", [publication(4)])
    assert heard == [2, 3]


def test_a_listener_that_raises_costs_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    broker, heard = MemoryBroker(), list[int]()

    def broken(_: object) -> None:
        raise RuntimeError

    broker.subscribe("lab", broken)
    broker.subscribe("lab", lambda pubs: heard.append(len(pubs)))
    with caplog.at_level(logging.ERROR):
        broker.publish("lab", [publication(1)])
    assert heard == [1]
    assert "lab" in caplog.text


def test_history_is_the_tail_or_nothing() -> None:
    broker = MemoryBroker(tail_events=3)
    for seq in range(1, 6):
        broker.publish("lab", [publication(seq)])
    assert broker.history("lab", 1, 10) is None
    for after in (2, 3, 4, 5, 9):
        kept = broker.history("lab", after, 10)
        assert kept is not None
        assert [each.seq for each in kept] == [seq for seq in (3, 4, 5) if seq > after]
    limited = broker.history("lab", 2, 2)
    assert limited is not None
    assert [each.seq for each in limited] == [3, 4]
    late = broker.history("lab", 4, 0)
    assert late is not None
    assert list(late) == []


def test_the_tail_is_bounded_by_bytes_too_and_keeps_the_newest() -> None:
    broker = MemoryBroker(tail_bytes=1)
    broker.publish("lab", [publication(1), publication(2)])
    kept = broker.history("lab", 1, 10)
    assert kept is not None
    assert [each.seq for each in kept] == [2]
    broker.forget("lab")
    assert broker.history("lab", 1, 10) is None
    broker.close()
    assert broker.history("lab", 1, 10) is None
