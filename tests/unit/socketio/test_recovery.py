from __future__ import annotations

import itertools

import pytest

from jupyter_agentchat.socketio.errors import IllegalMoveError
from jupyter_agentchat.socketio.recovery import Record, RecordState, Recovery, new_private_id

TTL = 120


def begin(max_parked: int = 10) -> tuple[Recovery, Record]:
    numbers = itertools.count()
    recovery = Recovery(TTL, max_parked=max_parked, new_pid=lambda: f"P{next(numbers)}")
    return recovery, recovery.begin("/", "S", identity="ann", offset="lab=x:0")


def test_a_parked_session_comes_back_to_its_rooms() -> None:
    recovery, record = begin()
    assert recovery.park(record, ("lab", "news"), 1_000) == []
    found = recovery.find("P0", "/", identity="ann", now=1_119)
    assert found is record
    assert (found.sid, found.offset, found.state) == ("S", "lab=x:0", RecordState.PARKED)
    assert recovery.resume(found) == ("lab", "news")
    assert found.state is RecordState.LIVE
    assert recovery.next_deadline() is None


def test_it_may_come_back_again_and_again() -> None:
    recovery, record = begin()
    for at in (0, 1_000, 2_000):
        recovery.park(record, ("lab",), at)
        assert recovery.resume(record) == ("lab",)
    recovery.park(record, (), 3_000)
    assert recovery.next_deadline() == 3_000 + TTL


@pytest.mark.parametrize(
    ("pid", "namespace", "identity"),
    [("P1", "/", "ann"), ("P0", "/admin", "ann"), ("P0", "/", "bob"), ("P0", "/", None)],
)
def test_nobody_else_finds_it_and_nothing_changes_by_trying(
    pid: str, namespace: str, identity: object
) -> None:
    recovery, record = begin()
    recovery.park(record, ("lab",), 0)
    assert recovery.find(pid, namespace, identity=identity, now=1) is None
    assert recovery.find("P0", "/", identity="ann", now=1) is record


def test_it_is_found_until_its_time_is_up() -> None:
    recovery, record = begin()
    recovery.park(record, (), 0)
    assert recovery.find("P0", "/", identity="ann", now=TTL - 1) is record
    assert recovery.find("P0", "/", identity="ann", now=TTL) is None


def test_what_expired_is_forgotten_and_told() -> None:
    recovery, record = begin()
    other = recovery.begin("/", "T", identity="bob")
    recovery.park(record, ("lab",), 0)
    recovery.park(other, (), 50)
    assert recovery.next_deadline() == TTL
    assert recovery.handle_timeout(TTL - 1) == []
    assert recovery.handle_timeout(TTL) == [record]
    assert record.rooms == ("lab",)
    assert recovery.next_deadline() == 50 + TTL
    assert recovery.handle_timeout(TTL) == []


def test_a_client_that_is_still_connected_is_found_live_and_cannot_be_resumed_yet() -> None:
    recovery, record = begin()
    found = recovery.find("P0", "/", identity="ann", now=0)
    assert found is record
    assert found.state is RecordState.LIVE
    with pytest.raises(IllegalMoveError, match="live cannot resume"):
        recovery.resume(found)


def test_who_left_on_purpose_does_not_come_back() -> None:
    recovery, record = begin()
    recovery.drop(record)
    assert recovery.find("P0", "/", identity="ann", now=0) is None
    with pytest.raises(IllegalMoveError, match="gone cannot park"):
        recovery.park(record, (), 0)


def test_beyond_the_limit_the_oldest_goes() -> None:
    recovery, first = begin(max_parked=1)
    second = recovery.begin("/", "T", identity="ann")
    assert recovery.park(first, (), 0) == []
    assert recovery.park(second, (), 1) == [first]
    assert recovery.find("P0", "/", identity="ann", now=2) is None
    assert recovery.find("P1", "/", identity="ann", now=2) is second


def test_private_ids_are_long_and_differ() -> None:
    ids = {new_private_id() for _ in range(100)}
    assert len(ids) == 100
    assert {len(pid) for pid in ids} == {24}
