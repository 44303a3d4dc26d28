"""Bad input: a documented code and one clear sentence, and nobody else is affected."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest
from tornado.websocket import WebSocketClosedError

MIB = 1024 * 1024
MESSAGES = "api/channels/lab/messages"

BAD: dict[str, tuple[str, str, object, int, str]] = {
    "empty": ("POST", MESSAGES, {"text": ""}, 400, "empty_message"),
    "blank": ("POST", MESSAGES, {"text": " \n\t"}, 400, "empty_message"),
    "long": ("POST", MESSAGES, {"text": "x" * (MIB + 1)}, 413, "message_too_large"),
    "long in utf-8": ("POST", MESSAGES, {"text": "é" * (MIB // 2 + 1)}, 413, "message_too_large"),
    "huge body": ("POST", MESSAGES, b"x" * (7 * MIB), 413, "message_too_large"),
    "no text": ("POST", MESSAGES, {}, 400, "invalid"),
    "text is no text": ("POST", MESSAGES, {"text": 5}, 400, "invalid"),
    "agents is no list": ("POST", MESSAGES, {"text": "hi", "agents": "hello"}, 400, "invalid"),
    "unknown mode": ("POST", MESSAGES, {"text": "hi", "mode": "later"}, 400, "invalid"),
    "invalid json": ("POST", MESSAGES, b'{"text": ', 400, "invalid_json"),
    "not utf-8": ("POST", MESSAGES, b'{"text": "\xff"}', 400, "invalid_json"),
    "no object": ("POST", MESSAGES, b"[]", 400, "invalid"),
    "nothing": ("POST", MESSAGES, b"", 400, "invalid"),
    "NaN": ("POST", MESSAGES, b'{"text": "hi", "metadata": {"a": NaN}}', 400, "invalid_json"),
    "half a surrogate": ("POST", MESSAGES, b'{"text": "\\ud800"}', 400, "invalid_json"),
    "deep json": (
        "POST",
        MESSAGES,
        b'{"text":"hi","metadata":{"a":' + b"[" * 100_000,
        400,
        "invalid_json",
    ),
    "deep metadata": (
        "POST",
        MESSAGES,
        b'{"text":"hi","metadata":{"a":' + b"[" * 80 + b"]" * 80 + b"}}",
        400,
        "invalid",
    ),
    "many keys": (
        "POST",
        MESSAGES,
        {"text": "hi", "metadata": dict.fromkeys(map(str, range(1001)), 1)},
        400,
        "invalid",
    ),
    "unknown channel": (
        "POST",
        "api/channels/no/messages",
        {"text": "hi"},
        404,
        "channel_not_found",
    ),
    "unknown agent": ("POST", MESSAGES, {"text": "hi", "agents": ["helo"]}, 404, "agent_not_found"),
    "unknown reply_to": (
        "POST",
        MESSAGES,
        {"text": "hi", "reply_to": "x"},
        404,
        "message_not_found",
    ),
    "unknown stream": ("POST", "api/streams/nope/cancel", {}, 404, "stream_not_found"),
    "nothing to regenerate": ("POST", "api/streams/nope/regenerate", {}, 404, "stream_not_found"),
    "read nothing": ("GET", "api/channels/no/messages", None, 404, "channel_not_found"),
    "follow nothing": ("GET", "api/channels/no/events", None, 404, "channel_not_found"),
    "no position": ("GET", "api/channels/lab/events?after=5", None, 400, "invalid"),
    "no number": ("GET", f"{MESSAGES}?limit=many", None, 400, "invalid"),
    "limit of none": ("GET", f"{MESSAGES}?limit=0", None, 400, "invalid"),
    "bad channel name": ("POST", "api/channels", {"id": "../x"}, 400, "invalid"),
    "channel again": ("POST", "api/channels", {"id": "lab"}, 409, "conflict"),
    "channel type": ("POST", "api/channels", {"id": "x", "type": "crowd"}, 400, "invalid"),
    "edit to nothing": ("PATCH", f"{MESSAGES}/x", {"text": "y"}, 404, "message_not_found"),
    "no reaction": ("PUT", f"{MESSAGES}/x/reactions/%20", None, 400, "invalid"),
    "read the future": ("POST", "api/channels/lab/read", {"seq": 99}, 400, "invalid"),
    "no such table": ("GET", "api/log/gossip", None, 404, "not_found"),
    "no such format": ("GET", "api/log/messages?format=xls", None, 400, "invalid"),
    "no such address": ("GET", "api/nothing", None, 404, "not_found"),
    "no such method": ("PUT", "api/agents", {}, 405, "method_not_allowed"),
    "no websocket": ("GET", "ws", None, 400, "invalid"),
}


@pytest.fixture
def agentchat_config() -> dict[str, Any]:
    return {"turn_timeout_s": 0.2}


async def test_rest_names_what_is_wrong(chat: Any) -> None:
    await chat.channel()
    for name, (method, path, body, status, code) in BAD.items():
        content = body if isinstance(body, bytes) else None
        answer = await chat.http.request(
            method, path, content=content, json=None if content is not None else body
        )
        assert answer.status_code == status, (name, answer.text)
        error = answer.json()["error"]
        assert error["code"] == code, (name, error)
        assert error["message"].strip(), name
        assert "Traceback" not in answer.text
        assert error["retry"] is False
    assert await chat.messages() == []
    assert (await chat.get("health")).status_code == 200


def test_the_sentence_names_the_field(chat: Any, run: Any) -> None:
    run(chat.channel())
    answer = run(chat.post(MESSAGES, {"text": "hi", "agents": [7]}))
    assert "$.agents[0]" in answer.json()["error"]["message"]


async def test_the_same_id_with_another_body_is_refused(chat: Any) -> None:
    await chat.channel(agents=[])
    await chat.send("one", client_message_id="m")
    for change in ({"text": "two"}, {"text": "one", "agents": ["hello"]}):
        answer = await chat.post(MESSAGES, {"client_message_id": "m", **change})
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "client_message_id_reused"
    assert [m["text"] for m in await chat.messages()] == ["one"]


FRAMES: dict[str, tuple[str | bytes, str]] = {
    "not json": ("{", "invalid_json"),
    "no object": ("[1]", "invalid"),
    "no op": ('{"ref": 1}', "unknown_op"),
    "unknown op": ('{"op": "dance"}', "unknown_op"),
    "wrong type": ('{"op": "subscribe", "channel": 5}', "invalid"),
    "missing field": ('{"op": "send", "channel": "lab"}', "invalid"),
    "empty": ('{"op": "send", "channel": "lab", "text": ""}', "empty_message"),
    "long": (
        json.dumps({"op": "send", "channel": "lab", "text": "x" * (MIB + 1)}),
        "message_too_large",
    ),
    "long command": (
        json.dumps({"op": "subscribe", "channel": "x" * 70_000}),
        "message_too_large",
    ),
    "unknown channel": ('{"op": "send", "channel": "no", "text": "hi"}', "channel_not_found"),
    "join nothing": ('{"op": "subscribe", "channel": "no"}', "channel_not_found"),
    "no position": ('{"op": "subscribe", "channel": "lab", "after": "x"}', "invalid"),
    "unknown agent": (
        '{"op": "send", "channel": "lab", "text": "hi", "agents": ["x"]}',
        "agent_not_found",
    ),
    "unknown stream": ('{"op": "cancel", "stream": "x"}', "stream_not_found"),
    "unknown message": (
        '{"op": "edit", "channel": "lab", "message": "x", "text": "y"}',
        "message_not_found",
    ),
    "type nowhere": ('{"op": "typing", "channel": "no", "typing": true}', "channel_not_found"),
    "paint nothing": (
        '{"op": "painted", "channel": "lab", "seq": 9, "client_ns": 1}',
        "invalid",
    ),
    "binary garbage": (b"\xff\xfe", "invalid_json"),
}


async def test_the_socket_names_what_is_wrong_and_lives_on(chat: Any) -> None:
    await chat.channel()
    async with chat.socket() as neighbour, chat.socket() as socket:
        await neighbour.ask("subscribe", channel="lab")
        for name, (frame, code) in FRAMES.items():
            await socket.raw.write_message(frame, binary=isinstance(frame, bytes))
            answer = await socket.until(lambda f: f["op"] in {"error", "ack"})
            assert (answer["op"], answer["code"]) == ("error", code), (name, answer)
            assert answer["message"].strip()
        answer = await socket.ask("send", channel="lab", text="fine")
        assert answer["op"] == "ack"
        assert (await neighbour.event("message.created"))["message"]["text"] == "fine"
    assert (await chat.messages())[0]["text"] == "fine"


async def test_an_error_repeats_the_ref(chat: Any) -> None:
    async with chat.socket() as socket:
        for frame in ('{"op":"dance","ref":"a"}', '{"op":"cancel","stream":"x","ref":"a"}'):
            await socket.raw.write_message(frame)
            assert (await socket.hear())["ref"] == "a"


async def test_another_protocol_is_refused_for_good(chat: Any) -> None:
    async with chat.socket() as socket:
        await socket.say("hello", protocol=2)
        assert (await socket.hear())["op"] == "error"
        assert await socket.hear() is None
        assert socket.raw.close_code == 4500


async def test_a_frame_beyond_all_limits_closes_its_own_socket(chat: Any) -> None:
    async with chat.socket() as socket:
        with suppress(WebSocketClosedError):  # the server hangs up in the middle of the frame
            await socket.raw.write_message("x" * (7 * MIB))
        assert await socket.hear() is None
    assert (await chat.get("health")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "text", "code"),
    [
        ("raises-before", "", "agent_failed"),
        ("raises-during", "one ", "agent_failed"),
        ("raises-after", "one two", "agent_failed"),
        ("endless", "one ", "agent_timeout"),
    ],
)
async def test_an_agent_that_fails_fails_its_own_stream(
    chat: Any, agent: str, text: str, code: str
) -> None:
    await chat.channel()
    async with chat.socket() as socket:
        await socket.ask("subscribe", channel="lab")
        ack = await socket.ask("send", channel="lab", text="hi", agents=[agent, "hello"])
        await chat.service.ended(tuple(ack["streams"]))
        failed = await socket.event("stream.failed")
        assert failed["text"] == text
        assert failed["error"]["code"] == code
        assert failed["error"]["message"].strip()
        await socket.ask("ping", t=1)
    texts = [m["text"] for m in await chat.messages()]
    assert sorted(texts) == sorted(["hi", text, "Hello there"])
    assert all(m["status"] != "streaming" for m in await chat.messages())
    ends = [e for e in socket.events() if e["type"].startswith("stream.") and "message" in e]
    assert len([e for e in ends if e["type"] != "stream.started"]) == 2


async def test_an_unexpected_failure_tells_nothing(
    chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("the secret recipe")

    monkeypatch.setattr(chat.service, "agents", broken)
    answer = await chat.get("api/agents")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "recipe" not in answer.text
    assert "recipe" not in answer.reason_phrase


async def test_a_failing_command_is_answered(chat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("the secret recipe")

    monkeypatch.setattr(chat.service, "cancel", broken)
    async with chat.socket() as socket:
        answer = await socket.ask("cancel", stream="x")
        assert (answer["op"], answer["code"]) == ("error", "internal")
        assert "recipe" not in answer["message"]


class TestLimits:
    @pytest.fixture
    def agentchat_config(self) -> dict[str, Any]:
        return {"sends_per_minute": 5, "live_streams_per_user": 1}

    async def test_too_many_sends_are_refused_for_now(self, chat: Any) -> None:
        await chat.channel(agents=[])
        answers = await asyncio.gather(*(chat.post(MESSAGES, {"text": "x"}) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [202] * 5 + [429]
        refused = max(answers, key=lambda answer: answer.status_code)
        assert refused.json()["error"]["retry"] is True

    async def test_too_many_answers_are_refused_for_now(self, chat: Any) -> None:
        await chat.channel(agents=["endless"])
        await chat.send("x")
        refused = await chat.post(MESSAGES, {"text": "x"})
        assert refused.json()["error"]["code"] == "rate_limited"
