from __future__ import annotations

from jupyter_agentchat.protocol.events import (
    AnyEvent,
    MessageCreated,
    MessageUpdated,
    StreamCompleted,
    StreamDelta,
    StreamFailed,
)
from jupyter_agentchat.protocol.model import Author, Message
from jupyter_agentchat.web.turn import TurnFilter

AUTHOR = Author(id="owner", kind="user", name="owner")


def created(id_: str) -> AnyEvent:
    message = Message(
        id=id_, channel="lab", seq=1, author=AUTHOR, text="x", created_at=0, status="complete"
    )
    return MessageCreated(seq=1, t=0, message=message)


def delta(stream: str) -> AnyEvent:
    return StreamDelta(seq=2, t=0, stream=stream, index=0, text="x")


def test_it_takes_its_message_and_streams_until_all_have_ended() -> None:
    turn = TurnFilter("m", ("a", "b"))
    assert turn(created("m"))
    assert not turn(created("other"))
    assert turn(delta("a"))
    assert not turn(delta("c"))
    assert turn(MessageUpdated(seq=3, t=0, message="m", text="y"))
    assert turn(StreamCompleted(seq=4, t=0, stream="a", message="ma", text="x"))
    half = turn.is_over
    assert turn(StreamFailed(seq=5, t=0, stream="b", message="mb", text=""))
    assert (half, turn.is_over) == (False, True)
    assert not turn(MessageUpdated(seq=6, t=0, message="m", text="z"))


def test_without_streams_it_is_over_with_its_message() -> None:
    turn = TurnFilter("m", ())
    over = [turn.is_over, turn(created("m")), turn.is_over]
    assert over == [False, True, True]
