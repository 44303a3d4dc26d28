"""Our own client manager against our server, over connections that break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from jupyter_agentchat.client.eliza import SocketIOManager
from jupyter_agentchat.errors import ForbiddenError, InvalidInputError, ServerNotFoundError

Json = dict[str, Any]
pytest.importorskip("socketio", reason="pip install python-socketio[asyncio_client]")


class Ears:
    """Everything that a manager hands on of some events, in order."""

    def __init__(self, manager: SocketIOManager, *names: str) -> None:
        self.heard: list[tuple[str, Json]] = []
        self._more = asyncio.Event()
        for name in names:
            manager.on(name, self._take(name))

    def _take(self, name: str) -> Callable[[Json], None]:
        def take(payload: Json) -> None:
            self.heard.append((name, payload))
            self._more.set()

        return take

    def of(self, name: str) -> list[Json]:
        return [payload for each, payload in self.heard if each == name]

    async def until(self, accept: Callable[[str, Json], bool], after: int = 0) -> Json:
        async with asyncio.timeout(20):
            while True:
                for name, payload in self.heard[after:]:
                    if accept(name, payload):
                        return payload
                self._more.clear()
                await self._more.wait()


TEXTS = ("messageBroadcast", "messageStreamChunk", "messageComplete", "controlMessage", "missed")


@asynccontextmanager
async def managed(chat: Any, **options: Any) -> AsyncIterator[SocketIOManager]:
    given = {"token": chat.app.identity_provider.token, "reconnection_delay": 0.05}
    given |= {"randomization_factor": 0, **options}
    manager = SocketIOManager(f"{chat.url}agentchat/eliza", **given)
    await manager.connect()
    try:
        yield manager
    finally:
        await manager.disconnect()


async def lose(manager: SocketIOManager, *, recovered: bool) -> None:
    """Break the connection without a word; without recovery it comes back as somebody new."""
    wire: Any = manager._wire
    ears = Ears(manager, "connect")
    if not recovered:
        wire._place.clear()
    await wire._client.eio.ws.close()
    await ears.until(lambda *_: True)
    assert manager.is_recovered is recovered


def says(text: str) -> Callable[[str, Json], bool]:
    return lambda _, each: each.get("text") == text


def texts(ears: Ears, room: str) -> list[str]:
    return [each["text"] for each in ears.of("messageBroadcast") if each["channelId"] == room]


@pytest.mark.parametrize("recovered", [True, False])
async def test_200_messages_in_order_and_once_over_lost_wires(
    chat: Any, *, recovered: bool
) -> None:
    for room in ("a", "b"):
        await chat.channel(room, agents=[])
    said: dict[str, list[str]] = {"a": [], "b": []}
    async with managed(chat, transports=["websocket"]) as manager:
        ears = Ears(manager, *TEXTS)
        for room in said:
            await manager.join_channel(room)
        for number in range(200):
            room = "ab"[number % 3 % 2]
            await chat.send(f"{number}", room)
            said[room].append(f"{number}")
            if number in (60, 61, 140):
                task = asyncio.create_task(lose(manager, recovered=recovered))
                await asyncio.sleep(0)
                await chat.send(f"while away {number}", room)
                said[room].append(f"while away {number}")
                await task
        for room, expected in said.items():
            await ears.until(says(expected[-1]))
            assert texts(ears, room) == expected
        assert not ears.of("missed")


@pytest.mark.parametrize("transports", [["polling"], ["websocket"], None], ids=str)
async def test_a_turn(chat: Any, transports: list[str] | None) -> None:
    async with managed(chat, transports=transports, entity_id="user-1") as manager:
        ears = Ears(manager, *TEXTS)
        joined = await manager.join_channel("lab")
        assert joined["entityId"] == manager.entity_id == "user-1"
        ack = await manager.send_message("Hi", "lab", sender_name="Ada")
        await ears.until(lambda _, each: each.get("action") == "enable_input")
        own, answer = ears.of("messageBroadcast")
        assert own["id"] == ack["messageId"]
        assert own["senderName"] == "Ada"
        assert answer["text"] == "Hello there"
        assert "".join(each["chunk"] for each in ears.of("messageStreamChunk")) == answer["text"]
        assert await manager.join_channel("lab") == joined


async def test_rooms_that_are_not_joined_are_not_heard(chat: Any) -> None:
    await chat.channel("other", agents=[])
    async with managed(chat) as manager:
        ears = Ears(manager, *TEXTS)
        await manager.join_channel("lab")
        await manager.join_channel("other")
        await manager.leave_channel("lab")
        await manager.leave_channel("lab")
        await chat.send("unheard", agents=[])
        await chat.send("heard", "other")
        await ears.until(says("heard"))
        assert texts(ears, "lab") == []


@pytest.mark.parametrize("recovered", [True, False])
async def test_an_answer_over_a_lost_wire_is_whole(
    chat: Any, agents: list[Any], *, recovered: bool
) -> None:
    await chat.channel(agents=["gated"])
    async with managed(chat, transports=["websocket"]) as manager:
        ears = Ears(manager, *TEXTS)
        await manager.join_channel("lab")
        await manager.send_message("Go", "lab")
        await ears.until(lambda _, each: each.get("chunk") is not None)
        gated = next(agent for agent in agents if agent.info.name == "gated")
        task = asyncio.create_task(lose(manager, recovered=recovered))
        await asyncio.sleep(0)
        gated.gate.set()
        await task
        await ears.until(lambda _, each: each.get("action") == "enable_input")
        assert "".join(each["chunk"] for each in ears.of("messageStreamChunk")) == "one two three"
        assert [each["text"] for each in ears.of("messageBroadcast")] == ["Go", "one two three"]
        assert len(ears.of("messageComplete")) == 1
        assert [each["action"] for each in ears.of("controlMessage")] == [
            "disable_input",
            "enable_input",
        ]


async def test_where_the_server_cannot_go_on_the_history_is_read(chat: Any) -> None:
    await chat.channel(agents=["gated"])
    await chat.send("before")
    async with managed(chat, transports=["websocket"]) as manager:
        ears = Ears(manager, *TEXTS)
        await manager.join_channel("lab")
        await chat.send("one")
        await ears.until(lambda _, each: each.get("action") == "disable_input")
        room = manager._inbox._rooms["lab"]
        room._epoch = "forgotten"
        task = asyncio.create_task(lose(manager, recovered=False))
        await asyncio.sleep(0)
        await chat.channel("other", agents=[])
        for number in range(150):  # more than one page
            await chat.send(f"{number}", agents=[])
        await task
        await chat.send("after", agents=[])
        await ears.until(says("after"))
        assert texts(ears, "lab")[1:] == [*map(str, range(150)), "after"]
        assert not ears.of("missed")


async def test_messages_said_while_away_are_said_once(chat: Any) -> None:
    await chat.channel(agents=[])
    async with managed(chat, transports=["websocket"]) as manager:
        ears = Ears(manager, *TEXTS)
        await manager.join_channel("lab")
        sending = [asyncio.create_task(manager.send_message(f"{n}", "lab")) for n in range(20)]
        task = asyncio.create_task(lose(manager, recovered=False))
        sending += [asyncio.create_task(manager.send_message(f"{n}", "lab")) for n in range(20, 40)]
        await task
        acks = await asyncio.gather(*sending)
        await ears.until(says("39"))
        assert texts(ears, "lab") == [str(n) for n in range(40)]
        assert len({ack["messageId"] for ack in acks}) == 40


async def test_two_managers_hear_each_other_and_who_types(chat: Any) -> None:
    await chat.channel(agents=[])
    async with managed(chat, entity_id="ann") as ann, managed(chat, entity_id="bob") as bob:
        ears = Ears(ann, *TEXTS, "userTyping", "userJoined", "userLeft")
        await ann.join_channel("lab")
        await bob.join_channel("lab")
        assert (await ears.until(lambda name, _: name == "userJoined"))["userId"] == "bob"
        bob.typing("lab")
        assert (await ears.until(lambda name, _: name == "userTyping"))["isTyping"] is True
        await bob.send_message("Hi", "lab")
        assert (await ears.until(says("Hi")))["senderId"] == "bob"
        await bob.leave_channel("lab")
        await ears.until(lambda name, _: name == "userLeft")


async def test_logs_come_once_and_go_on_after_a_lost_wire(chat: Any) -> None:
    await chat.channel(agents=["hello"])
    async with managed(chat, transports=["websocket"]) as manager:
        ears = Ears(manager, "logStream", "log_stream")
        with pytest.raises(InvalidInputError, match="subscribe_logs"):
            await manager.update_log_filters(level="info")
        assert (await manager.subscribe_logs("nobody", "debug"))["subscribed"] is True
        changed = await manager.update_log_filters("hello")
        assert changed["filters"] == {"agentName": "hello", "level": "debug"}
        await lose(manager, recovered=False)
        await chat.send("Hi")
        entry = await ears.until(lambda *_: True)
        assert entry["agentName"] == "hello"
        assert not ears.of("log_stream")
        assert (await manager.unsubscribe_logs())["subscribed"] is False


async def test_refusals_are_sentences(chat: Any) -> None:
    async with managed(chat) as manager:
        with pytest.raises(InvalidInputError, match="text"):
            await manager.send_message(" ", "lab")
        with pytest.raises(InvalidInputError, match="id"):
            await manager.join_channel("x" * 5000)
        assert "x" * 5000 not in manager._inbox
    with pytest.raises(ForbiddenError, match="not known"):
        await SocketIOManager(f"{chat.url}agentchat/eliza", token="wrong").connect()
    with pytest.raises(ServerNotFoundError, match="No ElizaOS server answers"):
        await SocketIOManager(f"{chat.url}nowhere", token="wrong").connect()


def test_one_manager_for_one_identity() -> None:
    url = "http://127.0.0.1:1/agentchat/eliza"
    first = SocketIOManager.get_instance(url, entity_id="a")
    assert SocketIOManager.get_instance(f"{url}/", entity_id="a") is first
    assert SocketIOManager.get_instance(url, entity_id="b") is not first
