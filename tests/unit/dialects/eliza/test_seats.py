from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

from jupyter_agentchat.dialects.eliza.ids import entity_id
from jupyter_agentchat.dialects.eliza.payloads import Form
from jupyter_agentchat.dialects.eliza.seats import Seat, Seats
from jupyter_agentchat.protocol.frames import Presence, TypingNotice
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.runtime.presence import Ephemera
from jupyter_agentchat.web.engineio.framing import unframed

ADA = Author(id="ada", kind="user", name="Ada")


class Hearing:
    """A client that writes down what it is told."""

    def __init__(self, user: Author = ADA) -> None:
        self.user = user
        self.heard: list[tuple[str, Any]] = []

    def offer(self, packets: bytes) -> None:
        for frame in unframed(packets):
            name, payload = json.loads(frame.data[2:])
            self.heard.append((name, payload))


def log(listeners: list[Any]) -> Any:
    def listen(listener: Any) -> Any:
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    return SimpleNamespace(channel=SimpleNamespace(id="lab"), listen=listen)


def test_the_first_and_the_last_of_an_id_are_told_to_the_others() -> None:
    listeners: list[Any] = []
    seats, room = Seats(Ephemera()), log(listeners)
    one, two, three = Hearing(), Hearing(), Hearing()
    first = Seat(one, room, Form("lab"), "u-1")
    second, third = Seat(two, room, Form("LAB"), "u-2"), Seat(three, room, Form("lab"), "u-2")
    for seat in (first, second, third):
        seats.join(seat)
    for seat in (third, second, second):
        seats.leave(seat)
    assert [(name, each["userId"], each["roomId"]) for name, each in one.heard] == [
        ("userJoined", "u-2", "lab"),
        ("userLeft", "u-2", "lab"),
    ]
    assert two.heard == []
    assert len(listeners) == 1
    seats.leave(first)
    assert listeners == []
    assert seats.in_channel("lab") == []


def test_typing_is_told_in_the_others_spelling_and_ends_with_the_seat() -> None:
    async def check() -> None:
        seats, room = Seats(Ephemera()), log([])
        one, two = Hearing(), Hearing()
        typing, other = Seat(one, room, Form("lab"), "u-1"), Seat(two, room, Form("LAB"), "u-2")
        seats.join(typing)
        seats.join(other)
        for state in (False, True, True):
            seats.typing(typing, "u-1", is_typing=state)
        seats.leave(typing)
        assert [(each["isTyping"], each["roomId"]) for name, each in two.heard[:2]] == [
            (True, "LAB"),
            (False, "LAB"),
        ]
        assert [name for name, _ in two.heard] == ["userTyping", "userTyping", "userLeft"]

    asyncio.run(check())


def test_who_types_in_another_face_is_passed_on_and_we_hear_no_echo() -> None:
    async def check() -> None:
        ephemera = Ephemera()
        seats, room = Seats(ephemera), log([])
        one, two = Hearing(), Hearing(Author(id="bob", kind="user", name="Bob"))
        mine, theirs = Seat(one, room, Form("lab"), "u-1"), Seat(two, room, Form("lab"), "u-2")
        for seat, name in ((mine, "c1"), (theirs, "c2")):
            seats.join(seat)
            ephemera.join("lab", name, seat.listener.user, lambda f, s=seat: seats.hear(s, f))  # type: ignore[misc]
        one.heard.clear()
        ephemera.typing("lab", Author(id="eve", kind="user", name="Eve"), typing=True)
        eve = entity_id(Author(id="eve", kind="user", name="Eve"))
        assert [(name, each["userId"]) for name, each in one.heard] == [("userTyping", eve)]
        seats.typing(theirs, "u-2", is_typing=True)
        assert [each["userId"] for _, each in one.heard] == [eve, "u-2"]
        seats.leave(theirs)

    asyncio.run(check())


def test_other_notices_are_no_events_of_elizaos() -> None:
    hearing = Hearing()
    seats = Seats(Ephemera())
    seats.hear(Seat(hearing, log([]), Form("lab"), "u"), Presence(channel="lab", users=(ADA,)))
    assert hearing.heard == []
    seats.hear(
        Seat(hearing, log([]), Form("lab"), "u"),
        TypingNotice(channel="lab", user=ADA, typing=False),
    )
    assert hearing.heard[0][1]["isTyping"] is False
