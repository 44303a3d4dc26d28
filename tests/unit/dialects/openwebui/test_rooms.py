from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.dialects.openwebui.rooms import Room, metadata_with, room_of
from jupyter_agentchat.protocol.model import Channel


def test_a_room_is_kept_in_the_channels_metadata_beside_others() -> None:
    room = Room(owner="ann", type="group", members=("ann", "ben"), data={"a": 1})
    channel = Channel(id="c", name="c", metadata={"eliza": {"x": 1}})
    kept = Channel(id="c", name="c", metadata=metadata_with(channel, room))
    assert room_of(kept) == room
    assert kept.metadata["eliza"] == {"x": 1}  # type: ignore[index]
    assert room_of(Channel(id="d", name="d")) == Room()


def test_what_another_program_wrote_there_is_no_harm() -> None:
    assert room_of(Channel(id="c", name="c", metadata={"openwebui": {"type": 3}})) == Room()


OPEN = Room(owner="ann")
CLOSED = Room(owner="ann", type="group", members=("ann", "ben"))
DM = Room(owner="ann", type="dm", members=("ann", "ben"))
CHAT = Room(owner="ann", chat=True)
LISTED = Room(owner="ann", access_control={"read": {"user_ids": ["eve"]}})


@pytest.mark.parametrize(
    ("room", "user", "admin", "reads", "writes", "manages"),
    [
        (OPEN, "ann", False, True, True, True),
        (OPEN, "eve", False, True, True, False),
        (OPEN, "eve", True, True, True, True),
        (CLOSED, "ben", False, True, True, False),
        (CLOSED, "eve", False, False, False, False),
        (CLOSED, "eve", True, True, True, True),
        (DM, "ben", False, True, True, False),
        (DM, "eve", True, False, False, True),
        (CHAT, "ann", False, True, True, True),
        (CHAT, "eve", True, False, False, False),
        (LISTED, "eve", False, True, False, False),
        (LISTED, "ben", False, False, False, False),
        (Room(is_private=True, owner="ann"), "eve", False, False, False, False),
    ],
)
def test_who_may_what(
    room: Room, user: str, *, admin: bool, reads: bool, writes: bool, manages: bool
) -> None:
    got: list[Any] = [
        room.may("read", user, is_admin=admin),
        room.may("write", user, is_admin=admin),
        room.may_manage(user, is_admin=admin),
    ]
    assert got == [reads, writes, manages]
