"""A client that lost its wire comes back as who and where it was, and misses nothing."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from jupyter_agentchat.dialects.eliza.sockets import ElizaSockets
from jupyter_agentchat.testing.agents import ScriptedAgent
from tests.server.eliza.raw import Accept, RawSocket, joined, opened


def texts(socket: RawSocket, room: str) -> list[str]:
    return [each["text"] for each in socket.of("messageBroadcast") if each["roomId"] == room]


def says(text: str) -> Accept:
    return lambda each: each["text"] == text


async def test_200_events_over_two_lost_wires(chat: Any) -> None:
    rooms = ("a", "b", "c")
    rng = random.Random(1)
    for room in rooms:
        await chat.channel(room, agents=[])
    said: dict[str, list[str]] = {room: [] for room in rooms}
    async with opened(chat) as socket:
        for room in rooms:
            await socket.join(room)
        sid = socket.sid
        for number in range(200):
            room = rng.choice(rooms)
            await chat.send(f"{number}", room)
            said[room].append(f"{number}")
            if number in (60, 140):
                if number == 60:
                    await socket.until("messageBroadcast", says(said[room][-1]))
                socket.lose()
            if number in (100, 160):
                await socket.connect()
                assert socket.recovered
                assert socket.sid == sid
        for room in rooms:
            await socket.until("messageBroadcast", says(said[room][-1]))
        assert {room: texts(socket, room) for room in rooms} == said


async def test_a_client_that_saw_nothing_yet_misses_nothing(chat: Any) -> None:
    await chat.channel("quiet", agents=[])
    async with opened(chat) as socket:
        await socket.join("quiet")
        socket.lose()
        await chat.send("while you were out", "quiet")
        assert socket.offset is None
        await socket.connect()
        assert socket.recovered
        assert (await socket.until("messageBroadcast"))["text"] == "while you were out"


async def test_an_answer_goes_on_where_the_wire_broke(chat: Any) -> None:
    gate = asyncio.Event()
    chat.service.registry.add(ScriptedAgent(["a", "b", gate, "c", "d"], name="slow"))
    async with joined(chat, "slow") as socket:
        await socket.send("hi", "slow")
        await socket.until("messageStreamChunk", lambda each: each["chunk"] == "b")
        socket.lose()
        gate.set()
        await chat.service.settle()
        await socket.connect()
        await socket.until("controlMessage", lambda each: each["action"] == "enable_input")
    chunks = socket.of("messageStreamChunk")
    assert [(each["index"], each["chunk"]) for each in chunks] == list(enumerate("abcd"))
    assert socket.names("messageBroadcast", "messageComplete", "controlMessage") == [
        "messageBroadcast",
        "controlMessage",
        "messageBroadcast",
        "messageComplete",
        "controlMessage",
    ]


async def test_a_cut_within_one_log_event_repeats_nothing(chat: Any) -> None:
    async with joined(chat) as socket:
        await socket.send("hi")
        await socket.until("messageComplete")
        at = socket.names().index("messageComplete")
        del socket.events[at:]
        socket.offset = socket_offset_before(socket)
        socket.lose()
        await socket.connect()
        assert socket.recovered
        await socket.until("controlMessage", lambda each: each["action"] == "enable_input")
        await socket.hear_all(0.05)
    assert len(socket.of("messageComplete")) == 1
    assert len(socket.of("messageBroadcast")) == 2


def socket_offset_before(socket: RawSocket) -> str:
    """Return the offset of the answer, which stands before ``messageComplete``."""
    answer = socket.of("messageBroadcast")[-1]
    return f"r0.{answer['seq']}.{answer['seq']}.2"


async def test_a_client_is_back_before_its_old_wire_is_known_to_be_dead(chat: Any) -> None:
    async with joined(chat) as socket:
        old = RawSocket(chat.url, chat.headers, {})
        old.pid, old.offset = socket.pid, socket.offset
        await old.connect()
        assert old.recovered
        await socket.wait_closed()
        await old.send("still here")
        assert (await old.until("messageBroadcast"))["text"] == "still here"
        old.close()


async def test_another_user_does_not_get_it(chat: Any) -> None:
    async with joined(chat) as socket:
        socket.lose()
        thief = RawSocket(chat.url, {}, {"token": "wrong"})
        thief.pid = socket.pid
        await thief.connect()
        assert thief.refusal
        thief.close()
        await socket.connect()
        assert socket.recovered


async def test_a_channel_deleted_meanwhile_is_told(chat: Any) -> None:
    async with joined(chat, "doomed") as socket:
        await socket.join("lab")
        socket.lose()
        await chat.service.delete_channel("doomed")
        await socket.connect()
        assert socket.recovered
        assert (await socket.until("channelDeleted"))["roomId"] == "doomed"
        assert "warning" not in await socket.send("hi", "lab")
        await socket.join("doomed")
        socket.lose()
        await socket.connect()
        assert "warning" not in await socket.send("hi", "doomed")
    assert len(socket.of("channelDeleted")) == 1


async def test_who_left_on_purpose_is_new(chat: Any) -> None:
    async with joined(chat) as socket:
        await socket.say("41")
        socket.lose()
        await socket.connect()
        assert not socket.recovered


class TestGrace:
    @pytest.fixture
    def agentchat_config(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        monkeypatch.setattr(ElizaSockets, "recovery_s", 0.2)
        return {}

    async def test_the_others_hear_of_it_when_the_time_is_over(self, chat: Any) -> None:
        async with joined(chat, entityId="ada") as ada, joined(chat, entityId="bob") as bob:
            await ada.until("userJoined")
            await bob.ask("typing", {"roomId": "lab", "isTyping": True})
            bob.lose()
            await ada.until("userLeft")
            assert [each["isTyping"] for each in ada.of("userTyping")] == [True, False]
            await bob.connect()
            assert not bob.recovered
            assert not chat.service.ephemera.users("none")
