from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from jupyter_agentchat.client.eliza import EventAdapter, SocketIOManager
from jupyter_agentchat.client.eliza import session as module
from jupyter_agentchat.client.eliza.waiting import Waiting
from jupyter_agentchat.client.eliza.wire import SocketIOWire
from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    IdempotencyError,
    InvalidInputError,
    OutboxFullError,
    UnavailableError,
)

Json = dict[str, Any]
URL = "http://h/agentchat/eliza"
PLACE = {"channelId": "lab", "roomId": "lab"}


class FakeWire:
    """A wire without a network; the test is the server."""

    def __init__(self, url: str, auth: Any, hearing: Any, options: Json, transports: Any) -> None:
        self.url, self.auth, self.hearing = url, auth, hearing
        self.options, self.transports = options, transports
        self.said: list[tuple[str, Any]] = []
        self.is_silent = False

    async def open(self) -> None:
        if not self.is_silent:
            self.welcome()

    def welcome(self, *, recovered: bool = False) -> None:
        self.said.clear()
        told = {"entityId": "given", "timestamp": 5, "recovered": recovered}
        self.hearing.heard("authenticated", told)
        self.hearing.heard("connection_established", {})

    def say(self, name: str, payload: Any) -> None:
        self.said.append((name, payload))

    async def close(self) -> None:
        self.said.clear()


def managed(**options: Any) -> tuple[SocketIOManager, Any]:
    manager = SocketIOManager(URL, wire=FakeWire, **options)
    return manager, manager._wire


def heard(manager: EventAdapter, *names: str) -> list[Json]:
    found: list[Json] = []
    for name in names:
        manager.on(name, found.append)
    return found


async def joined(**options: Any) -> tuple[SocketIOManager, Any]:
    manager, wire = managed(**options)
    await manager.connect()
    joining = asyncio.create_task(manager.join_channel("lab"))
    await asyncio.sleep(0)
    wire.hearing.heard("channel_joined", {**PLACE, "position": "e:1", "recovered": False})
    await joining
    return manager, wire


async def test_it_says_who_it_is_at_each_connection() -> None:
    _, wire = managed(token=lambda: "t", entity_id="ann", transports=("polling",), x=1)
    assert await wire.auth() == {"token": "t", "apiKey": "t", "entityId": "ann"}
    assert (wire.url, wire.transports, wire.options) == (f"{URL}/", ["polling"], {"x": 1})
    assert await managed()[1].auth() == {}


async def test_a_server_that_says_nothing_is_left() -> None:
    manager, wire = managed(timeout_s=0.01)
    wire.is_silent = True
    with pytest.raises(DisconnectedError, match="said nothing"):
        await manager.connect()


async def test_after_a_loss_it_joins_after_what_it_has_read() -> None:
    manager, wire = await joined()
    told = heard(manager, "disconnect", "connect")
    wire.hearing.lost("why")
    wire.hearing.lost("why")
    wire.welcome(recovered=True)
    assert wire.said == []
    wire.hearing.lost("why")
    wire.welcome()
    assert wire.said == [("message", {"type": 1, "payload": {**PLACE, "after": "e:1"}})]
    assert [each.get("recovered", each.get("reason")) for each in told] == [
        "why",
        True,
        "why",
        False,
    ]


async def test_what_has_no_answer_is_said_again_under_its_id() -> None:
    manager, wire = await joined()
    sending = asyncio.create_task(manager.send_message("Hi", "lab", message_id="c"))
    await asyncio.sleep(0)
    first = wire.said[-1]
    wire.hearing.lost("why")
    wire.welcome()
    assert wire.said[-1] == first
    assert first[1]["payload"]["senderId"] == "given"
    wire.hearing.heard("messageAck", {"clientMessageId": "c", "messageId": "m"})
    assert (await sending)["messageId"] == "m"


async def test_a_refusal_is_raised_as_what_it_is() -> None:
    manager, wire = await joined(timeout_s=0.05)
    sending = asyncio.create_task(manager.send_message("Hi", "lab", message_id="c"))
    await asyncio.sleep(0)
    refusal = {"clientMessageId": "c", "error": "Other text.", "code": "client_message_id_reused"}
    wire.hearing.heard("messageError", refusal)
    with pytest.raises(IdempotencyError, match="Other text"):
        await sending
    with pytest.raises(DisconnectedError, match="may have been done"):
        await manager.send_message("Hi", "lab")
    with pytest.raises(InvalidInputError, match="text"):
        await manager.send_message("", "lab")


async def test_the_end_of_a_connection_is_told_to_who_waits() -> None:
    manager, wire = await joined()
    sending = asyncio.create_task(manager.send_message("Hi", "lab"))
    await asyncio.sleep(0)
    await manager.disconnect()
    with pytest.raises(DisconnectedError, match="connect again"):
        await sending
    with pytest.raises(DisconnectedError, match="no connection"):
        await manager.subscribe_logs()
    assert wire.said == []


async def test_closing_while_the_history_is_read_loses_nothing_that_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never(*_: object) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(module, "missed", never)
    manager, wire = await joined()
    told = heard(manager, "messageBroadcast", "missed")
    wire.hearing.lost("why")
    wire.welcome()
    wire.hearing.heard("channel_joined", {**PLACE, "position": "f:1", "recovered": False})
    wire.hearing.heard("messageBroadcast", {**PLACE, "id": "m", "seq": 2})
    await asyncio.sleep(0)
    assert told == []
    await manager.disconnect()
    assert [each.get("id") for each in told] == [None, "m"]


async def test_a_room_that_was_deleted_is_not_joined_again() -> None:
    manager, wire = await joined()
    told = heard(manager, "channelDeleted")
    wire.hearing.heard("channelDeleted", PLACE)
    wire.hearing.lost("why")
    wire.welcome()
    assert told == [PLACE]
    assert wire.said == []


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socketio", None)
    with pytest.raises(UnavailableError, match=r"pip install 'jupyter-agentchat\[socketio\]'"):
        SocketIOManager(URL)


def test_an_address_that_is_none_is_refused() -> None:
    pytest.importorskip("socketio")
    with pytest.raises(InvalidInputError, match="looks like"):
        SocketIOWire("localhost:8888/", managed()[1].auth, managed()[0], {})


async def test_too_many_requests_are_refused() -> None:
    waiting = Waiting(limit=1)
    answer = waiting.add(("send", "a"), {})
    assert waiting.add(("send", "a"), {}) is answer
    with pytest.raises(OutboxFullError, match="was not sent"):
        waiting.add(("send", "b"), {})
    waiting.settle(("send", "nobody"), {})
    assert waiting.refuse({"clientMessageId": "nobody"}) is None
    assert waiting.refuse({"error": "of the only one"}) == ("send", "a")
    with pytest.raises(AgentChatError, match="only one"):
        await waiting.answer(("send", "a"), 1)


def test_handlers_are_called_in_order_and_once_where_that_was_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    adapter = EventAdapter()
    found: list[str] = []

    def first(_: Json) -> None:
        found.append("first")

    def fails(_: Json) -> None:
        raise ValueError

    adapter.on("x", fails)
    adapter.on("x", first)
    adapter.once("x", lambda _: found.append("once"))
    adapter.emit("x", {})
    adapter.emit("x", {})
    adapter.off("x", first)
    adapter.off("nothing")
    adapter.emit("x", {})
    adapter.off("x")
    adapter.emit("x", {})
    assert found == ["first", "once", "first"]
    assert caplog.text.count("A handler of 'x' failed") == 3
