from __future__ import annotations

from jupyter_agentchat.socketio.rooms import Rooms


def filled() -> Rooms:
    rooms = Rooms()
    rooms.join("a", "lab", "news")
    rooms.join("b", "lab")
    rooms.join("c", "news")
    return rooms


def test_members_come_once_in_the_order_they_joined() -> None:
    rooms = filled()
    rooms.join("a", "lab")
    assert rooms.members("lab") == ("a", "b")
    assert rooms.members("lab", "news") == ("a", "b", "c")
    assert rooms.members("lab", excluding={"a"}) == ("b",)
    assert rooms.members("elsewhere") == ()


def test_leaving_is_exact_and_may_be_repeated() -> None:
    rooms = filled()
    rooms.leave("a", "lab", "elsewhere")
    rooms.leave("a", "lab")
    assert rooms.members("lab") == ("b",)
    assert rooms.rooms_of("a") == ("news",)


def test_leaving_all_returns_what_was_left() -> None:
    rooms = filled()
    assert rooms.leave_all("a") == ("lab", "news")
    assert rooms.leave_all("a") == ()
    assert rooms.members("lab", "news") == ("b", "c")


def test_nothing_is_kept_of_empty_rooms_and_absent_members() -> None:
    rooms = filled()
    for sid in "abc":
        rooms.leave_all(sid)
    assert (rooms._members, rooms._rooms) == ({}, {})
