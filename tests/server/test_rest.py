"""The REST table of the contract, over a real socket."""

from __future__ import annotations

from typing import Any

import pytest


async def test_health_says_that_all_is_well(chat: Any) -> None:
    answer = await chat.get("health")
    assert answer.status_code == 200
    body = answer.json()
    assert body.pop("uptime_s") >= 0
    assert body.pop("version")
    assert body == {"status": "ok", "protocol": 1, "store": "memory://", "bus": "memory"}


async def test_agents_show_what_the_wire_leaves_out(chat: Any) -> None:
    listed = (await chat.get("api/agents")).json()["agents"]
    hello = next(agent for agent in listed if agent["name"] == "hello")
    expected = {"name": "hello", "description": "Plays a script.", "where": "server"}
    assert hello == {**expected, "online": True}


async def test_channels_are_created_changed_and_deleted(chat: Any) -> None:
    created = await chat.post("api/channels", {"id": "a b", "name": "Anna & Bert", "type": "dm"})
    assert created.status_code == 201
    assert created.json()["agents"] == ["hello"]
    url = "api/channels/a%20b"
    shown = (await chat.get(url)).json()
    assert (shown["id"], shown["name"], shown["type"]) == ("a b", "Anna & Bert", "dm")
    assert shown["position"].endswith(":1")
    changed = await chat.http.patch(url, json={"name": "B", "agents": ["gated"]})
    assert (changed.json()["name"], changed.json()["agents"]) == ("B", ["gated"])
    assert [c["id"] for c in (await chat.get("api/channels")).json()["channels"]] == ["a b"]
    assert (await chat.http.delete(url)).json() == {"id": "a b", "deleted": True}
    assert (await chat.get(url)).json()["error"]["code"] == "channel_not_found"


async def test_a_channel_without_an_id_gets_one(chat: Any) -> None:
    assert (await chat.http.post("api/channels")).json()["id"]


async def test_async_answers_with_ids_before_the_first_chunk(chat: Any) -> None:
    url = await chat.channel()
    body = {"text": "hi", "client_message_id": "m1", "agents": ["gated"]}
    sent = await chat.post(f"{url}/messages", body)
    assert sent.status_code == 202
    answer = sent.json()
    assert set(answer) == {"message", "streams", "position"}
    assert answer["message"]["client_message_id"] == "m1"
    assert answer["message"]["author"] == {"id": "owner", "kind": "user", "name": "owner"}
    assert len(answer["streams"]) == 1
    assert answer["position"].rpartition(":")[2] == str(answer["message"]["seq"])
    again = await chat.post(f"{url}/messages", body)
    assert again.status_code == 202
    assert again.json() == {**answer, "duplicate": True}
    assert len(await chat.messages()) == 2


async def test_sync_waits_for_every_reply(chat: Any) -> None:
    url = await chat.channel()
    body = {"text": "hi", "mode": "sync", "agents": ["hello", "raises-during"]}
    sent = await chat.post(f"{url}/messages", body)
    assert sent.status_code == 200
    first, second = sent.json()["replies"]
    assert (first["text"], first["status"], first["stream"]) == (
        "Hello there",
        "completed",
        sent.json()["streams"][0],
    )
    assert (second["text"], second["status"]) == ("one ", "failed")
    assert second["error"]["code"] == "agent_failed"
    shown = {message["id"]: message["text"] for message in await chat.messages()}
    assert shown[first["message"]] == "Hello there"


async def test_stream_holds_this_turn_alone_and_ends(chat: Any) -> None:
    url = await chat.channel()
    other = await chat.send("other", agents=["endless"])
    body = {"text": "hi", "mode": "stream", "agents": ["hello", "raises-during"]}
    async with chat.sse(f"{url}/messages", "POST", json=body) as sse:
        assert sse.response.status_code == 200
        assert sse.response.headers["content-type"] == "text/event-stream"
        assert sse.response.headers["x-accel-buffering"] == "no"
        got = [message async for message in sse]
    kinds = [message["event"] for message in got]
    assert kinds[0] == "message.created"
    assert sorted(kinds[-2:]) == ["stream.completed", "stream.failed"] or (
        "stream.completed" in kinds and kinds[-1] in {"stream.completed", "stream.failed"}
    )
    assert all(message["data"].get("stream") != other["streams"][0] for message in got)
    seqs = [message["data"]["seq"] for message in got]
    assert seqs == sorted(seqs)
    assert all(m["id"].endswith(f":{m['data']['seq']}") for m in got)
    async with chat.sse(f"{url}/events", headers={"Last-Event-ID": got[1]["id"]}) as sse:
        resumed = await sse.until(kinds[-1])
    assert resumed[0]["event"] == "subscribed"
    assert resumed[0]["data"]["recovered"] is True
    assert "id" not in resumed[0]
    assert resumed[1]["data"]["seq"] == seqs[1] + 1


async def test_a_client_that_leaves_does_not_stop_the_turn(chat: Any, agents: Any) -> None:
    url = await chat.channel()
    body = {"text": "hi", "mode": "stream", "agents": ["gated"]}
    async with chat.sse(f"{url}/messages", "POST", json=body) as sse:
        first = await sse.until("stream.delta")
    agents[-1].gate.set()
    stream = first[-1]["data"]["stream"]
    await chat.service.ended((stream,))
    assert [m["text"] for m in await chat.messages()] == ["hi", "one two three"]


async def test_a_message_without_agents_streams_itself_alone(chat: Any) -> None:
    url = await chat.channel(agents=[])
    body = {"text": "note to self", "mode": "stream"}
    async with chat.sse(f"{url}/messages", "POST", json=body) as sse:
        assert [message["event"] async for message in sse] == ["message.created"]


async def test_pages_have_cursors(chat: Any) -> None:
    url = await chat.channel(agents=[])
    for number in range(5):
        await chat.send(str(number))
    newest = (await chat.get(f"{url}/messages", params={"limit": 2})).json()
    assert [m["text"] for m in newest["messages"]] == ["3", "4"]
    assert newest["after"] is None
    older = (await chat.get(f"{url}/messages", params={"before": newest["before"]})).json()
    assert [m["text"] for m in older["messages"]] == ["0", "1", "2"]


async def test_messages_are_edited_deleted_and_reacted_to(chat: Any) -> None:
    url = await chat.channel(agents=[])
    sent = await chat.send("first")
    message = f"{url}/messages/{sent['message']['id']}"
    edited = await chat.http.patch(message, json={"text": "second"})
    assert edited.json()["message"]["text"] == "second"
    for _ in range(2):
        assert (await chat.http.put(f"{message}/reactions/%F0%9F%91%8D")).status_code == 200
    assert (await chat.get(message)).json()["reactions"] == [{"name": "👍", "users": ["owner"]}]
    await chat.http.delete(f"{message}/reactions/%F0%9F%91%8D")
    assert (await chat.get(message)).json()["reactions"] == []
    assert (await chat.http.delete(message)).status_code == 200
    assert (await chat.get(message)).json()["deleted"] is True
    read = await chat.post(f"{url}/read", {"seq": sent["message"]["seq"]})
    assert read.json()["position"]


async def test_cancel_and_regenerate(chat: Any) -> None:
    await chat.channel()
    sent = await chat.send("hi", agents=["endless"])
    stream = sent["streams"][0]
    stopped = await chat.post(f"api/streams/{stream}/cancel")
    assert stopped.json()["status"] == "cancelled"
    again = await chat.post(f"api/streams/{stream}/regenerate")
    assert again.status_code == 202
    (new,) = again.json()["streams"]
    assert new != stream
    assert (await chat.post(f"api/streams/{new}/cancel")).json()["status"] == "cancelled"


@pytest.mark.parametrize("table", ["messages", "streams", "chunks", "hops", "events"])
async def test_tables_read_what_was_written(chat: Any, table: str) -> None:
    await chat.channel()
    await chat.send("hi", mode="sync")
    answer = await chat.get(f"api/log/{table}", params={"format": "json", "channel": "lab"})
    assert answer.status_code == 200, answer.text
    if table == "messages":
        assert [row["text"] for row in answer.json()] == ["hi", "Hello there"]


async def test_tables_come_in_four_formats(chat: Any) -> None:
    await chat.channel()
    await chat.send("hi", mode="sync")
    heads = {"arrow": b"\xff\xff\xff\xff", "parquet": b"PAR1", "csv": b'"channel"', "json": b"["}
    for format_, head in heads.items():
        answer = await chat.get("api/log/messages", params={"format": format_})
        assert answer.content.startswith(head), format_
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_message_is_pinned_and_stands_in_a_thread(chat: Any) -> None:
    url = await chat.channel()
    root = (await chat.send("root", agents=[]))["message"]["id"]
    reply = (await chat.send("reply", agents=[], parent=root))["message"]
    assert reply["parent"] == root
    first = await chat.http.put(f"{url}/messages/{root}/pin")
    assert first.status_code == 200
    again = await chat.http.put(f"{url}/messages/{root}/pin")
    assert again.json() == first.json()
    assert (await chat.messages())[0]["pin"]["user"] == "owner"
    await chat.http.delete(f"{url}/messages/{root}/pin")
    assert "pin" not in (await chat.messages())[0]
    async with chat.socket() as socket:
        await socket.say("hello", protocol=1)
        await socket.ask("subscribe", channel="lab")
        await socket.ask("pin", channel="lab", message=root)
        assert (await socket.event("message.pinned"))["pinned"] is True
        sent = await socket.ask("send", channel="lab", text="x", agents=[], parent=root)
        assert sent["op"] == "ack"
        assert (await socket.event("message.created"))["message"]["parent"] == root
