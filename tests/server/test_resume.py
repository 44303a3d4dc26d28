"""A reader that comes back has exactly the log, wherever it was cut."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.web.backend import PING_S
from jupyter_agentchat.web.pulse import Pulse


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(event["text"] for event in events if event.get("type") == "stream.delta")


async def test_the_opening_of_a_new_reader_is_a_snapshot_with_its_position(chat: Any) -> None:
    url = await chat.channel()
    await chat.send("hi", mode="sync")
    async with chat.sse(f"{url}/events") as sse:
        (opening,) = await sse.until("subscribed")
    data = opening["data"]
    assert opening["id"] == data["position"]
    assert data["recovered"] is False
    assert [m["text"] for m in data["snapshot"]["messages"]] == ["hi", "Hello there"]


async def test_sse_resumes_in_the_middle_of_a_stream(chat: Any, agents: Any) -> None:
    url = await chat.channel(agents=["gated"])
    async with chat.sse(f"{url}/events") as sse:
        (opening,) = await sse.until("subscribed")
        await chat.send("hi")
        seen = await sse.until("stream.delta")
    agents[-1].gate.set()
    last = seen[-1]["id"]
    async with chat.sse(f"{url}/events", headers={"Last-Event-ID": last}) as sse:
        rest = await sse.until("stream.completed")
    assert rest[0]["data"]["recovered"] is True
    assert "snapshot" not in rest[0]["data"]
    events = [m["data"] for m in [*seen, *rest] if m["event"] != "subscribed"]
    first = int(opening["id"].rpartition(":")[2])
    assert [e["seq"] for e in events] == list(range(first + 1, first + 1 + len(events)))
    assert text_of(events) == "one two three" == events[-1]["text"]


async def test_sse_resumes_from_its_opening_with_no_event_received(chat: Any) -> None:
    url = await chat.channel()
    async with chat.sse(f"{url}/events") as sse:
        (opening,) = await sse.until("subscribed")
    await chat.send("hi", mode="sync")
    async with chat.sse(f"{url}/events", params={"after": opening["id"]}) as sse:
        got = await sse.until("stream.completed")
    assert got[0]["data"]["recovered"] is True
    assert got[1]["event"] == "message.created"
    assert text_of([m["data"] for m in got[1:]]) == "Hello there"


async def test_positions_that_cannot_resume_get_a_snapshot_and_the_reason(chat: Any) -> None:
    url = await chat.channel()
    position = (await chat.get(url)).json()["position"]
    epoch = position.partition(":")[0]
    reasons = {f"{epoch}:999": "position ahead of the log", "Unknown1:1": "unknown epoch"}
    for after, reason in reasons.items():
        async with chat.sse(f"{url}/events", params={"after": after}) as sse:
            (opening,) = await sse.until("subscribed")
        assert opening["id"] == position
        assert opening["data"]["reason"] == reason
        assert opening["data"]["snapshot"]["channel"]["id"] == "lab"
        async with chat.socket() as socket:
            answer = await socket.ask("subscribe", channel="lab", after=after)
        assert (answer["recovered"], answer["reason"]) == (False, reason)
        assert answer["snapshot"]["channel"]["id"] == "lab"


async def test_the_socket_speaks_the_whole_protocol(chat: Any, agents: Any) -> None:
    await chat.channel()
    async with chat.socket() as socket:
        welcome = await socket.ask("ping", t=7, offset_ns=0, uncertainty_ns=1)
        assert (welcome["op"], welcome["t"]) == ("pong", 7)
        assert welcome["received_ns"] <= welcome["sent_ns"]
        await socket.say("hello", protocol=1, clock_id="page")
        welcome = await socket.hear()
        assert welcome["op"] == "welcome"
        assert welcome["user"]["id"] == "owner"
        subscribed = await socket.ask("subscribe", channel="lab")
        assert subscribed["op"] == "subscribed"
        assert (await socket.until(lambda f: f["op"] == "presence"))["users"][0]["id"] == "owner"
        ack = await socket.ask(
            "send", channel="lab", text="hi", agents=["gated"], client_message_id="m"
        )
        again = await socket.ask(
            "send", channel="lab", text="hi", agents=["gated"], client_message_id="m"
        )
        assert again == {**ack, "ref": again["ref"], "duplicate": True}
        delta = await socket.event("stream.delta")
        assert (
            await socket.ask(
                "painted", channel="lab", seq=delta["seq"], client_ns=5, dom_ns=6, paint_ns=7
            )
        )["op"] == "ack"
        message = {"channel": "lab", "message": ack["message"]}
        for op in ("react", "unreact"):
            assert (await socket.ask(op, name="+1", **message))["op"] == "ack"
        assert (await socket.ask("edit", text="ho", **message))["op"] == "ack"
        assert (await socket.ask("read", channel="lab", seq=1))["op"] == "ack"
        assert (await socket.ask("typing", channel="lab", typing=True))["op"] == "ack"
        agents[-1].gate.set()
        await socket.event("stream.completed")
        (stream,) = ack["streams"]
        (new,) = (await socket.ask("regenerate", stream=stream))["streams"]
        assert new != stream
        assert (await socket.ask("delete", **message))["op"] == "ack"
        assert (await socket.ask("unsubscribe", channel="lab"))["op"] == "ack"
    await chat.service.settle()
    rows = (await chat.get("api/log/hops?format=json&channel=lab")).json()
    hops = {row["hop"] for row in rows if row["stream_id"] == stream}
    assert {"socket", "client", "dom", "paint"} <= hops


async def test_batches_are_contiguous_and_resume_on_the_socket(chat: Any, agents: Any) -> None:
    await chat.channel(agents=["gated"])
    async with chat.socket() as socket:
        await socket.ask("subscribe", channel="lab")
        await socket.ask("send", channel="lab", text="hi")
        await socket.event("stream.delta")
        batches = [f for f in socket.frames if "events" in f]
    agents[-1].gate.set()
    after = f"{batches[-1]['epoch']}:{batches[-1]['last']}"
    async with chat.socket() as socket:
        subscribed = await socket.ask("subscribe", channel="lab", after=after)
        assert (subscribed["recovered"], subscribed["position"]) == (True, after)
        await socket.event("stream.completed")
        batches += [f for f in socket.frames if "events" in f]
    for earlier, later in pairwise(batches):
        assert later["first"] == earlier["last"] + 1
    events = [event for batch in batches for event in batch["events"]]
    assert text_of(events) == "one two three"


async def test_nothing_of_a_stream_follows_the_answer_to_cancel(chat: Any) -> None:
    await chat.channel(agents=["endless"])
    async with chat.socket() as socket:
        await socket.ask("subscribe", channel="lab")
        ack = await socket.ask("send", channel="lab", text="hi")
        await socket.event("stream.delta")
        answer = await socket.ask("cancel", stream=ack["streams"][0])
        assert answer["op"] == "ack"
        assert socket.events()[-1]["type"] == "stream.cancelled"


async def test_typing_reaches_the_others(chat: Any) -> None:
    await chat.channel()
    secret = {"X-Agentchat-Secret": chat.extension.backend.secret}
    async with chat.socket() as socket, chat.socket(headers=secret) as other:
        await socket.ask("subscribe", channel="lab")
        await other.ask("subscribe", channel="lab")
        await other.ask("typing", channel="lab", typing=True)
        presence = [f for f in [*socket.frames, await socket.hear()] if f["op"] == "presence"]
        assert presence[-1]["users"] == [{"id": "owner", "kind": "user", "name": "owner"}]


async def test_a_reader_far_behind_gets_merged_chunks_and_the_same_text(
    chat: Any, agents: Any
) -> None:
    url = await chat.channel(agents=[])
    position = (await chat.get(url)).json()["position"]
    agents[0]._script = tuple(f"{number} " for number in range(3000))
    sent = await chat.send("hi", mode="sync", agents=["hello"])
    text = sent["replies"][0]["text"]
    async with chat.socket() as socket:
        await socket.ask("subscribe", channel="lab", after=position)
        await socket.event("stream.completed")
        assert text_of(socket.events()) == text
        assert any(isinstance(event["seq"], list) for event in socket.events())
    async with chat.sse(f"{url}/events", params={"after": position}) as sse:
        got = await sse.until("stream.completed")
    assert text_of([m["data"] for m in got]) == text


async def test_a_reader_whose_log_cannot_be_read_is_told_to_come_back(
    chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.channel(agents=[])
    log = await chat.service.channel("lab")

    async def broken(*_: object) -> None:
        raise StoreError("The disk is gone.")

    async with chat.socket() as socket:
        before = await socket.ask("subscribe", channel="lab")
        await chat.send("hi")
        monkeypatch.setattr(log, "read", broken)
        await socket.say("subscribe", channel="lab", after=before["position"])
        while await socket.hear() is not None:
            pass
        assert socket.raw.close_code == 4000


async def test_a_dead_peer_is_noticed_by_one_heartbeat(chat: Any) -> None:
    async with chat.socket() as socket:
        await socket.ask("ping", t=1)
        (handler,) = chat.extension.backend.readers
        assert handler.ping_callback is None  # one timer serves all sockets
        assert handler in chat.extension.backend.pings
        assert PING_S == 10
        assert handler.ws_connection.ping_interval == 0  # Tornado's own is off
        handler.last_pong -= 26
        handler.beat()
        assert await socket.hear() is None
    while handler in chat.extension.backend.pings:  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)


async def test_silence_is_broken_by_comments(chat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat.extension.backend, "signs", Pulse(0.05))
    url = await chat.channel()
    async with chat.sse(f"{url}/events") as sse:
        comments = 0
        async for line in sse.response.aiter_lines():
            comments += line.startswith(":")
            if comments == 2:
                break


async def test_a_reader_that_leaves_is_forgotten(chat: Any) -> None:
    url = await chat.channel()
    async with chat.socket() as socket:
        await socket.ask("subscribe", channel="lab")
        async with chat.sse(f"{url}/events") as sse:
            await sse.until("subscribed")
            assert len(chat.service.connections) == 2
    while chat.service.connections or chat.extension.backend.readers:  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0)
    assert chat.service.ephemera.users("lab") == ()


async def test_stopping_the_server_tells_sockets_to_come_back(chat: Any) -> None:
    await chat.channel(agents=["endless"])
    async with chat.socket() as socket:
        await socket.ask("subscribe", channel="lab")
        await socket.ask("send", channel="lab", text="hi")
        await socket.event("stream.delta")
        await chat.extension.stop_extension()
        interrupted = await socket.event("stream.interrupted")
        assert interrupted["text"] == "one "
        while await socket.hear() is not None:
            pass
        assert socket.raw.close_code == 4001
    refused = await chat.get("health")
    assert (refused.status_code, refused.json()["error"]["retry"]) == (503, True)
