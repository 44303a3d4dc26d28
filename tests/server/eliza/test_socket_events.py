"""Every event of the seeds, both ways."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jupyter_agentchat.agents.base import Chunk, Metadata
from jupyter_agentchat.dialects.eliza import seats
from jupyter_agentchat.dialects.eliza.asking import SEND_MISSING
from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER, agent_id
from jupyter_agentchat.testing.agents import ScriptedAgent, Step, never
from tests.server.eliza.raw import joined, opened

PLACE = {
    "channelId": "lab",
    "roomId": "lab",
    "messageServerId": DEFAULT_SERVER,
    "serverId": DEFAULT_SERVER,
}
HELLO = agent_id("hello")


async def test_a_client_is_welcomed(chat: Any) -> None:
    async with opened(chat, entityId="my-extension-id") as socket:
        await socket.until("connection_established")
    names, payloads = zip(*socket.events, strict=True)
    assert names == ("authenticated", "connection_established")
    assert payloads[0]["entityId"] == "my-extension-id"
    assert payloads[0]["timestamp"] > 1_700_000_000_000
    assert payloads[1]["message"] == "Connected to Eliza Socket.IO server"
    assert payloads[1]["socketId"] == socket.sid


@pytest.mark.parametrize("name", ["message", "1", "ROOM_JOINING"])
async def test_a_room_is_joined_by_any_spelling(chat: Any, name: str) -> None:
    async with opened(chat) as socket:
        payload = {"roomId": "agent-room-id", "entityId": "user-123", "serverId": "own-server"}
        answer = await socket.ask(
            name, {"type": 1, "payload": payload} if name == "message" else payload
        )
        assert answer.get("code") == "not_found"  # that message server does not exist
        del payload["serverId"]
        answer = await socket.ask(
            name, {"type": 1, "payload": payload} if name == "message" else payload
        )
    assert answer["message"] == (f"Socket {socket.sid} successfully joined channel agent-room-id.")
    assert answer["channelId"] == answer["roomId"] == "agent-room-id"
    assert socket.names()[-2:] == ["channel_joined", "room_joined"]
    assert socket.of("channel_joined") == socket.of("room_joined") == [answer]
    assert (await chat.service.channel("agent-room-id")).channel.agents == ("hello",)


async def test_a_message_and_its_answer(chat: Any) -> None:
    async with joined(chat) as socket:
        ack = await socket.send(
            "hi",
            senderName="Extension User",
            messageId="c-1",
            source="extension",
            attachments=[],
            metadata={"topic": "x"},
        )
        await socket.until("controlMessage", lambda each: each["action"] == "enable_input")
    assert socket.of("messageAck") == [ack]
    assert ack["status"] == "received_by_server_and_processing"
    assert ack["clientMessageId"] == "c-1"
    assert socket.names("messageBroadcast", "messageAck")[0] == "messageBroadcast"
    mine, theirs = socket.of("messageBroadcast")
    assert mine["id"] == ack["messageId"]
    assert {**mine, **PLACE} == mine
    assert mine["senderId"] == "user-123"
    assert mine["senderName"] == "Extension User"
    assert mine["text"] == "hi"
    assert mine["source"] == "extension"
    assert mine["clientMessageId"] == "c-1"
    assert mine["metadata"] == {"topic": "x"}
    assert theirs["text"] == "Hello there"
    assert theirs["senderId"] == HELLO
    assert theirs["senderName"] == "hello"
    assert theirs["actions"] == ["REPLY"]
    chunks = socket.of("messageStreamChunk")
    assert [each["index"] for each in chunks] == [0, 1]
    assert "".join(each["chunk"] for each in chunks) == theirs["text"]
    assert {each["messageId"] for each in chunks} == {theirs["id"]}
    assert {each["agentId"] for each in chunks} == {HELLO}
    turn = ("controlMessage", "messageStreamChunk", "messageBroadcast", "messageComplete")
    assert socket.names(*turn)[1:] == [
        "controlMessage",
        "messageStreamChunk",
        "messageStreamChunk",
        "messageBroadcast",
        "messageComplete",
        "controlMessage",
    ]
    assert socket.of("messageComplete")[0]["agentId"] == HELLO
    [logged] = [each for each in await chat.messages() if each["author"]["kind"] == "user"]
    assert logged["author"]["id"] == "owner"
    assert logged["id"] == mine["id"]


@pytest.mark.parametrize(
    ("agent", "errors", "status"),
    [
        ("raises-before", 1, "failed"),
        ("raises-during", 1, "failed"),
        ("silent", 0, "completed"),
        ("ignores", 0, "completed"),
        ("endless", 1, "cancelled"),
    ],
)
async def test_every_turn_ends_with_the_input_enabled(
    chat: Any, agent: str, errors: int, status: str
) -> None:
    chat.service.registry.add(ScriptedAgent([], name="silent"))
    ignoring: list[Step] = [Metadata({"actions": ["IGNORE"]}), "unsaid"]
    chat.service.registry.add(ScriptedAgent(ignoring, name="ignores"))
    async with joined(chat, agent) as socket:  # a room named by an agent is a DM with it
        ack = await socket.send("hi", agent)
        if agent == "endless":
            await socket.until("messageStreamChunk")
            await chat.service.cancel(ack["streams"][0])
        await socket.until("controlMessage", lambda each: each["action"] == "enable_input")
        await socket.hear_all(0.05)
    [complete] = socket.of("messageComplete")
    assert complete["status"] == status
    assert len(socket.of("messageStreamError")) == errors
    assert len(socket.of("messageBroadcast")) == 1  # the question
    assert socket.names("messageComplete", "controlMessage") == [
        "controlMessage",
        "messageComplete",
        "controlMessage",
    ]
    if agent == "raises-during":
        [error] = socket.of("messageStreamError")
        assert error["partialText"] == "one "
        assert "boom" in error["error"]


async def test_two_quick_messages_both_get_their_answers(chat: Any) -> None:
    async with joined(chat) as socket:
        await socket.send("one")
        await socket.send("two")
        answered = [await socket.until("messageComplete")]
        answered.append(await socket.until("messageComplete", lambda each: each not in answered))
    answers = [each["inReplyTo"] for each in socket.of("messageBroadcast") if each.get("actions")]
    asked = [each["id"] for each in socket.of("messageBroadcast") if not each.get("actions")]
    assert answers == asked


async def test_a_superseded_answer_is_visibly_cancelled(chat: Any) -> None:
    agent = ScriptedAgent(["one ", never()], name="newest", policy="supersede")
    chat.service.registry.add(agent)
    async with joined(chat, "newest") as socket:
        await socket.send("first", "newest")
        await socket.until("messageStreamChunk")
        await socket.send("second", "newest")
        complete = await socket.until("messageComplete")
    assert complete["status"] == "cancelled"
    assert complete["reason"] == "superseded"


async def test_thoughts_are_told_and_leave_no_gap(chat: Any) -> None:
    script: list[Step] = [Chunk("Hm", "reasoning"), "a", Chunk("Oh", "reasoning"), "b"]
    chat.service.registry.add(ScriptedAgent(script, name="thinker"))
    async with joined(chat, "thinker") as socket:
        await socket.send("hi", "thinker")
        await socket.until("messageComplete")
    assert [each["index"] for each in socket.of("messageStreamChunk")] == [0, 1]
    assert [each["type"] for each in socket.of("message")] == [5, 5]
    assert [each["payload"]["text"] for each in socket.of("message")] == ["Hm", "Oh"]
    assert [each["isTyping"] for each in socket.of("userTyping")] == [True, False]
    assert {each["userId"] for each in socket.of("userTyping")} == {agent_id("thinker")}
    assert socket.of("messageBroadcast")[1]["thought"] == "HmOh"


MALFORMED: list[tuple[str, list[object], str]] = [
    ("message", [{"type": 1, "payload": {}}], "channelId is required for joining."),
    ("message", [{"type": 1, "payload": {"roomId": " "}}], "channelId is required for joining."),
    ("message", [{"type": 1}], "The payload of a message is an object."),
    ("message", [{"type": 3, "payload": {}}], "is not taken from clients"),
    ("message", [{"type": {}, "payload": {}}], "is not taken from clients"),
    ("message", [{"type": True, "payload": {}}], "channelId is required for joining."),
    ("message", ["hello"], "carries an object"),
    ("message", [], "carries an object"),
    ("message", [{"text": "no room"}], "type 1 joins a room"),
    ("message", [{"type": 2, "payload": {"channelId": "lab", "message": "x"}}], SEND_MISSING),
    ("message", [{"type": 2, "payload": {"channelId": "lab", "senderId": "u"}}], SEND_MISSING),
    ("2", [{"senderId": "u", "message": "x"}], SEND_MISSING),
    ("2", [{"senderId": "u", "message": 7, "channelId": "lab"}], "message is text"),
    ("1", [{"channelId": "x" * 300}], "A channel's id is text of 1 to 256"),
    ("1", [{"channelId": "lab", "entityId": 5}], "entityId is text, not number."),
    ("1", [{"channelId": "lab", "metadata": []}], "metadata is an object"),
    ("2", [{"channelId": "lab", "senderId": HELLO, "message": "x"}], "is the id of the agent"),
    ("leave", [{}], "channelId is required for leaving."),
    ("typing", [{}], "roomId is required for typing."),
    ("dance", [], "is not known"),
    ("subscribe_logs", [{"level": {}}], "level is a name or a number"),
]


@pytest.mark.parametrize(("name", "args", "sentence"), MALFORMED)
async def test_what_is_wrong_is_said(
    chat: Any, name: str, args: list[object], sentence: str
) -> None:
    async with opened(chat) as socket:
        answer = await socket.ask(name, *args)
        [error] = socket.of("messageError")
        assert sentence in error["error"]
        assert answer["error"] == error["error"]
        assert (await socket.join("lab"))["channelId"] == "lab"  # it goes on


async def test_an_error_names_the_message_that_it_is_about(chat: Any) -> None:
    async with opened(chat) as socket:
        await socket.send("", "lab", messageId="c-9")
    [error] = socket.of("messageError")
    assert (error["clientMessageId"], error["channelId"]) == ("c-9", "lab")


async def test_a_message_without_a_type_is_a_legacy_send(chat: Any) -> None:
    async with joined(chat) as socket:
        await socket.ask("message", {"text": "old style", "roomId": "lab"})
    assert socket.of("messageBroadcast")[0]["text"] == "old style"


async def test_who_has_not_joined_is_told_so_and_hears_nothing(chat: Any) -> None:
    async with opened(chat) as socket:
        ack = await socket.send("hi")
        await socket.hear_all()
    assert "not joined" in ack["warning"]
    assert socket.of("messageBroadcast") == []


async def test_a_resend_is_acknowledged_again_and_said_once(chat: Any) -> None:
    async with joined(chat) as socket:
        first = await socket.send("hi", messageId="c-1")
        again = await socket.send("hi", messageId="c-1")
        other = await socket.send("ho", messageId="c-1")
        await socket.hear_all()
    assert again["duplicate"]
    assert again["messageId"] == first["messageId"]
    assert other["code"] == "client_message_id_reused"
    assert len([e for e in socket.of("messageBroadcast") if e["senderId"] == "user-123"]) == 1


async def test_ids_come_back_as_each_client_spells_them(chat: Any) -> None:
    name = "rooms/of mine?"
    async with joined(chat, name) as one, opened(chat) as two:
        key = next(each.id for each in await chat.service.channels() if each.id != "lab")
        assert (await two.join(key, entityId="other"))["channelId"] == key
        await one.send("hi", name)
        assert (await two.until("messageBroadcast"))["roomId"] == key
        assert (await one.until("messageBroadcast"))["roomId"] == name
        assert (await one.until("userJoined"))["roomId"] == name


async def test_who_comes_and_who_goes(chat: Any) -> None:
    async with (
        joined(chat, entityId="ada") as ada,
        joined(chat, entityId="bob") as bob,
        joined(chat, entityId="bob") as again,
    ):
        assert (await ada.until("userJoined"))["userId"] == "bob"
        await again.ask("leave", {"roomId": "lab"})
        assert again.names()[-2:] == ["channel_left", "room_left"]
        await bob.ask("message", {"type": "leave", "payload": {"channelId": "lab"}})
        assert (await ada.until("userLeft"))["userId"] == "bob"
        await ada.hear_all(0.05)
        await bob.send("from outside")
        await bob.hear_all(0.05)
    assert ada.names("userJoined", "userLeft") == ["userJoined", "userLeft"]
    assert bob.of("messageBroadcast") == []


async def test_typing_is_told_once_and_expires(chat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with joined(chat, entityId="ada") as ada, joined(chat, entityId="bob") as bob:
        await ada.ask("typing", {"roomId": "lab", "userId": "ada", "isTyping": True})
        await ada.ask("typing", {"roomId": "lab", "userId": "ada", "isTyping": True})
        told = await bob.until("userTyping")
        assert told == {**told, **PLACE, "userId": "ada", "isTyping": True}
        await ada.ask("typing", {"roomId": "lab", "userId": "ada", "isTyping": False})
        await bob.until("userTyping", lambda each: not each["isTyping"])
        monkeypatch.setattr(seats, "TYPING_S", 0.05)
        heard = len(bob.events)
        await ada.ask("typing", {"roomId": "lab", "userId": "ada", "isTyping": True})
        await bob.until("userTyping", lambda each: not each["isTyping"], after=heard)
        assert [each["isTyping"] for each in bob.of("userTyping")] == [True, False, True, False]
        heard = len(bob.events)
        monkeypatch.setattr(seats, "TYPING_S", 60)
        await ada.ask("typing", {"roomId": "lab", "userId": "ada", "isTyping": True})
        await ada.ask("leave", {"roomId": "lab"})
        await bob.until("userTyping", lambda each: not each["isTyping"], after=heard)
        assert ada.of("userTyping") == []
        assert not (await ada.ask("typing", {"roomId": "lab", "isTyping": True}))["success"]


async def test_changes_of_other_faces_are_told(chat: Any) -> None:
    async with joined(chat) as socket:
        ack = await socket.send("hi")
        await socket.until("messageComplete")
        path = "agentchat/eliza/api/messaging/channels/lab"
        http = chat.http
        base = chat.url
        deleted = await http.delete(f"{base}{path}/messages/{ack['messageId']}")
        assert deleted.status_code == 204
        assert (await socket.until("messageDeleted"))["messageId"] == ack["messageId"]
        await http.patch(f"{base}{path}", json={"name": "Renamed"})
        updated = await socket.until("channelUpdated")
        assert updated["updates"]["name"] == "Renamed"
        assert (await http.delete(f"{base}{path}/messages")).status_code == 204
        assert (await socket.until("channelCleared"))["channelId"] == "lab"
        assert (await http.delete(f"{base}{path}")).status_code == 204
        assert (await socket.until("channelDeleted"))["roomId"] == "lab"
        assert "not joined" in (await socket.send("again")).get("warning", "")


async def test_the_same_log_in_every_face(chat: Any) -> None:
    await chat.channel()
    async with joined(chat) as socket, chat.socket() as native:
        await native.say("hello", protocol=1)
        await native.ask("subscribe", channel="lab", after=None)
        sent = await chat.send("from REST")
        heard = await socket.until("messageBroadcast")
        assert (heard["id"], heard["seq"]) == (sent["message"]["id"], sent["message"]["seq"])
        ack = await socket.send("from ElizaOS")
        told = await native.until(
            lambda frame: any(
                event.get("message", {}).get("id") == ack["messageId"]
                for event in frame.get("events", ())
                if event["type"] == "message.created"
            )
        )
        assert told["last"] >= ack["seq"]
        await native.ask("typing", channel="lab", typing=True)


async def test_200_rapid_events_stay_in_order(chat: Any) -> None:
    await chat.channel("quiet", agents=[])
    async with joined(chat, "quiet") as socket:
        for number in range(200):
            payload = {"channelId": "quiet", "senderId": "user-123", "message": f"{number}"}
            await socket.emit("message", {"type": 2, "payload": payload})
        await socket.until("messageAck", lambda _: len(socket.of("messageAck")) == 200)
    texts = [each["text"] for each in socket.of("messageBroadcast")]
    assert texts == [f"{number}" for number in range(200)]
    seqs = [each["seq"] for each in socket.of("messageAck")]
    assert seqs == sorted(seqs)


async def test_who_joins_in_the_middle_of_an_answer_gets_the_rest(chat: Any) -> None:
    agent = ScriptedAgent(["one ", gate := asyncio.Event(), "two"], name="slow")
    chat.service.registry.add(agent)
    async with joined(chat, "slow") as first:
        await first.send("hi", "slow")
        await first.until("messageStreamChunk")
        async with joined(chat, "slow") as late:
            [live] = late.of("channel_joined")[0]["live"]
            assert live["text"] == "one "
            gate.set()
            chunk = await late.until("messageStreamChunk")
            assert (chunk["chunk"], chunk["index"]) == ("two", 1)
            assert (await late.until("messageBroadcast"))["text"] == "one two"


async def test_logs_are_streamed_with_their_agents(chat: Any) -> None:
    async with joined(chat) as socket:
        refused = await socket.ask("update_log_filters", {"level": "debug"})
        assert refused == {"success": False, "error": "Not subscribed to log stream"}
        assert (await socket.ask("subscribe_logs", {"agentName": "hello"}))["subscribed"]
        assert socket.names()[-1] == "log_subscription_confirmed"
        await socket.send("hi")
        entry = (await socket.until("log_stream"))["payload"]
        assert entry["agentName"] == "hello"
        assert entry["agentId"] == HELLO
        assert await socket.until("logStream") == entry
        filters = await socket.ask("update_log_filters", {"level": "fatal"})
        assert filters == {"success": True, "filters": {"agentName": "hello", "level": "fatal"}}
        await socket.hear_all(0.05)
        heard = len(socket.events)
        await socket.send("ho")
        await socket.until("messageComplete", after=heard)
        assert "log_stream" not in [name for name, _ in socket.events[heard:]]
        assert not (await socket.ask("unsubscribe_logs"))["subscribed"]
