"""The message service's checks, in the seed's order."""

from __future__ import annotations

import pytest

from jupyter_agentchat.dialects.eliza.delivery import recipients, refusal
from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER, agent_id
from jupyter_agentchat.dialects.eliza.servers import MessageServers
from jupyter_agentchat.errors import NotFoundError
from jupyter_agentchat.protocol.model import Channel


def room(server: str = DEFAULT_SERVER) -> Channel:
    metadata = {"messageServerId": server}
    return Channel(id="r", name="r", agents=("one", "two"), metadata=metadata)


def test_participants_come_first_then_subscription_then_the_sender() -> None:
    servers = MessageServers(0)
    other = servers.create("x", "test", now_us=1).id
    why = refusal("three", room(other), other, "three", servers)
    assert why == "it is no participant of the channel"
    why = refusal("one", room(other), other, "one", servers)
    assert why == f"it is not subscribed to the message server {other}"
    servers.subscribe(other, "one")
    for sender in ("one", agent_id("one")):
        assert refusal("one", room(other), other, sender, servers) == "it is the sender"
    assert refusal("one", room(other), other, "somebody", servers) is None


def test_recipients_are_those_whom_no_check_refuses() -> None:
    servers = MessageServers(0)
    assert recipients(room(), "somebody", servers) == ("one", "two")
    assert recipients(room(), agent_id("two"), servers) == ("one",)
    other = servers.create("x", "test", now_us=1).id
    assert recipients(room(other), "somebody", servers) == ()
    servers.subscribe(other, "two")
    assert recipients(room(other), "somebody", servers) == ("two",)
    servers.unsubscribe(other, "two")
    assert recipients(room(other), "somebody", servers) == ()


def test_the_default_server_is_heard_by_all() -> None:
    servers = MessageServers(0)
    servers.unsubscribe(DEFAULT_SERVER, "one")
    assert servers.hears(DEFAULT_SERVER, "one")
    assert servers.agents_of(DEFAULT_SERVER, ["one", "two"]) == ["one", "two"]
    assert servers.of_agent("one") == [DEFAULT_SERVER]
    assert DEFAULT_SERVER in servers
    with pytest.raises(NotFoundError, match="Server nowhere does not exist"):
        servers.subscribe("nowhere", "one")
