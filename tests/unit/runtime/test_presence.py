from __future__ import annotations

from jupyter_agentchat.protocol.frames import Frame, Presence, TypingNotice
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.runtime.presence import Ephemera

ANN = Author(id="ann", kind="user", name="Ann")
BOB = Author(id="bob", kind="user", name="Bob")


def test_readers_hear_who_comes_goes_and_types() -> None:
    ephemera, heard = Ephemera(), list[Frame]()
    ephemera.join("lab", "c1", ANN, heard.append)
    ephemera.join("lab", "c2", BOB, lambda _: None)
    ephemera.typing("lab", BOB, typing=True)
    ephemera.typing("lab", ANN, typing=True)
    ephemera.leave("lab", "c2")
    ephemera.leave("lab", "c2")
    assert heard == [
        Presence(channel="lab", users=(ANN,)),
        Presence(channel="lab", users=(ANN, BOB)),
        TypingNotice(channel="lab", user=BOB, typing=True),
        Presence(channel="lab", users=(ANN,)),
    ]
    ephemera.leave("lab", "c1")
    assert ephemera.users("lab") == ()


def test_one_user_on_two_connections_is_there_once() -> None:
    ephemera = Ephemera()
    ephemera.join("lab", "c1", ANN, lambda _: None)
    ephemera.join("lab", "c2", ANN, lambda _: None)
    assert ephemera.users("lab") == (ANN,)


def test_who_is_there_already_is_announced_to_the_new_connection_alone() -> None:
    ephemera, first, second = Ephemera(), list[Frame](), list[Frame]()
    ephemera.join("lab", "c1", ANN, first.append)
    ephemera.join("lab", "c2", ANN, second.append)
    assert first == second == [Presence(channel="lab", users=(ANN,))]
    ephemera.leave("lab", "c2")
    assert ephemera.users("lab") == (ANN,)
    assert len(first) == 1
