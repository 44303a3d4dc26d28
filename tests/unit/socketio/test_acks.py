from __future__ import annotations

import pytest

from jupyter_agentchat.socketio.acks import AwaitedAcks, OwedAcks
from jupyter_agentchat.socketio.connection_events import AckMissed, AckReceived
from jupyter_agentchat.socketio.errors import IllegalMoveError, PacketError


def test_ids_never_repeat() -> None:
    acks = AwaitedAcks()
    ids = [acks.expect("/", 100), acks.expect("/x", 100)]
    acks.receive("/", ids[0], [])
    acks.expire(1_000)
    ids.append(acks.expect("/", 2_000))
    assert ids == [0, 1, 2]


def test_an_acknowledgement_is_taken_once_and_in_its_own_namespace() -> None:
    acks = AwaitedAcks()
    ack_id = acks.expect("/", 100)
    assert acks.receive("/x", ack_id, []) == []
    assert acks.receive("/", ack_id, [1]) == [AckReceived("/", ack_id, [1])]
    assert acks.receive("/", ack_id, [1]) == []
    assert acks.receive("/", 99, []) == []


def test_time_runs_out_for_each_on_its_own() -> None:
    acks = AwaitedAcks()
    slow, quick = acks.expect("/", 300), acks.expect("/", 200)
    assert acks.next_deadline() == 200
    assert acks.expire(199) == []
    assert acks.expire(200) == [AckMissed("/", quick, timed_out=True)]
    assert acks.next_deadline() == 300
    assert acks.receive("/", quick, []) == []
    assert acks.receive("/", slow, []) == [AckReceived("/", slow, [])]
    assert acks.next_deadline() is None


def test_those_of_a_namespace_that_was_left_are_given_up() -> None:
    acks = AwaitedAcks()
    gone, kept = acks.expect("/x", 100), acks.expect("/", 100)
    assert acks.abandon("/x") == [AckMissed("/x", gone, timed_out=False)]
    assert acks.expire(100) == [AckMissed("/", kept, timed_out=True)]


def test_what_is_owed_is_given_once() -> None:
    owed = OwedAcks(10)
    owed.add(7)
    owed.settle(7)
    with pytest.raises(IllegalMoveError, match="acknowledgement 7"):
        owed.settle(7)


def test_a_client_may_not_ask_twice_at_once_for_the_same() -> None:
    owed = OwedAcks(10)
    owed.add(7)
    with pytest.raises(PacketError, match="already waits"):
        owed.add(7)
    owed.settle(7)
    owed.add(7)


def test_the_oldest_is_forgotten_beyond_the_limit() -> None:
    owed = OwedAcks(2)
    for ack_id in (1, 2, 3):
        owed.add(ack_id)
    with pytest.raises(IllegalMoveError, match="too old"):
        owed.settle(1)
    owed.settle(2)
    owed.settle(3)
