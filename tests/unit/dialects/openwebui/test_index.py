from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from jupyter_agentchat.dialects.openwebui.index import Index
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    ChannelCleared,
    MessageCreated,
    MessageDeleted,
    MessagePinned,
    StreamStarted,
)
from jupyter_agentchat.protocol.model import Author, Message, Pin


def message(seq: int, by: str = "ann", **fields: Any) -> Message:
    return Message(
        id=f"m{seq}",
        channel="c",
        seq=seq,
        author=Author(id=by, kind="user", name=by),
        text="hi",
        created_at=seq * 10,
        status="complete",
        **fields,
    )


def at(seq: int) -> dict[str, Any]:
    return {"seq": seq, "t": seq * 10}


EVENTS: list[AnyEvent] = [
    MessageCreated(**at(1), message=message(1)),
    MessageCreated(**at(2), message=message(2, "ben")),
    MessageCreated(**at(3), message=message(3, "ben", parent="m1")),
    StreamStarted(**at(4), stream="s", message="m4", agent="eliza", parent="m1"),
    StreamStarted(**at(5), stream="t", message="m5", agent="eliza"),
    MessagePinned(**at(6), message="m2", user="ann", pinned=True),
]


def indexed(*events: AnyEvent) -> Index:
    index = Index()
    for event in events:
        index.take(event)
    return index


def test_unread_is_what_others_said_in_the_channel_itself_after_a_place() -> None:
    index = indexed(*EVENTS)
    assert [index.unread(upto, "ann") for upto in (0, 1, 2, 5)] == [2, 2, 1, 0]
    assert index.unread(0, "ben") == 2
    assert index.unread(0, "eve") == 3


def test_threads_count_their_replies_and_lose_those_that_are_deleted() -> None:
    index = indexed(*EVENTS)
    assert index.thread("m1") == (2, 40)
    assert index.thread("m2") == (0, None)
    index.take(MessageDeleted(**at(7), message="m4"))
    assert index.thread("m1") == (1, 30)
    index.take(MessageDeleted(**at(8), message="m3"))
    assert index.thread("m1") == (0, None)


def test_pins_come_and_go() -> None:
    index = indexed(*EVENTS)
    assert index.pins == {"m2": 60}
    index.take(MessagePinned(**at(7), message="m2", user="ann", pinned=False))
    assert index.pins == {}
    index.add(replace(message(1), pin=Pin(user="ann", at=5)))
    assert index.pins == {"m1": 5}
    index.take(MessageDeleted(**at(8), message="m1"))
    assert index.pins == {}


def test_events_that_were_read_already_change_nothing() -> None:
    assert indexed(*EVENTS, *EVENTS) == indexed(*EVENTS)


def test_a_cleared_channel_has_nothing() -> None:
    assert indexed(*EVENTS, ChannelCleared(**at(7))) == Index()
