from __future__ import annotations

from jupyter_agentchat.dialects.openwebui.people import People
from jupyter_agentchat.protocol.model import Author


def test_users_are_known_by_what_was_seen_of_them() -> None:
    people = People()
    people.see(Author(id="ann", kind="user", name="Ann"), "admin")
    people.see(Author(id="ann", kind="user", name="Ann Lee"))
    people.see(Author(id="eliza", kind="agent", name="eliza"))
    people.see(Author(id="system", kind="system", name="system"))
    assert (people.shown("ann")["name"], people.shown("ann")["role"]) == ("Ann Lee", "admin")
    assert people.shown("eliza")["role"] == "model"
    assert (people.shown("who")["name"], people.shown("who")["role"]) == ("who", "user")
    assert list(people.users()) == ["ann"]
