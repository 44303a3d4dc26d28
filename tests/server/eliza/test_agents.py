"""Seed 002: a message to one agent, over HTTP and over its socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.testing.agents import ScriptedAgent, never

BODY = {
    "entityId": "user-123",
    "roomId": "room-456",
    "content": {"text": "Hello!", "source": "api"},
}


class AgentClient:
    """One agent's socket."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    async def say(self, **fields: object) -> None:
        await self.raw.write_message(json.dumps({"type": "message", **BODY, **fields}))

    async def hear(self) -> Any:
        text = await asyncio.wait_for(self.raw.read_message(), 10)
        assert text is not None, "the socket was closed"
        return json.loads(text)

    async def until(self, *kinds: str) -> list[Any]:
        out = [await self.hear()]
        while out[-1]["type"] not in kinds:
            out.append(await self.hear())
        return out


@asynccontextmanager
async def socket(
    chat: Any, agent: str = "hello", headers: Any = None
) -> AsyncIterator[AgentClient]:
    url = f"{chat.url}agentchat/eliza/api/agents/{agent}/ws".replace("http", "ws", 1)
    request = HTTPRequest(url, headers=chat.headers if headers is None else headers)
    raw = await websocket_connect(request)
    try:
        yield AgentClient(raw)
    finally:
        raw.close()


async def post(chat: Any, agent: str = "hello", **fields: object) -> Any:
    return await chat.post(f"eliza/api/agents/{agent}/message", {**BODY, **fields})


async def frames(chat: Any, agent: str = "hello", **fields: object) -> list[Any]:
    """Read the stream as the seed's client does: lines that begin with ``data: ``."""
    url = f"eliza/api/agents/{agent}/message"
    body = {**BODY, **fields, "stream": True}
    async with chat.http.stream("POST", url, json=body, timeout=20) as response:
        assert response.headers["content-type"] == "text/event-stream"
        lines = [line async for line in response.aiter_lines() if line]
    assert all(line.startswith("data: ") for line in lines)
    return [json.loads(line[6:]) for line in lines]


async def test_agents_are_listed_by_uuid(chat: Any) -> None:
    listed = (await chat.get("eliza/api/agents")).json()
    assert listed["success"] is True
    found = {each["name"]: each["id"] for each in listed["data"]["agents"]}
    assert found["hello"] == agent_id("hello")
    for spelling in ("hello", agent_id("hello")):
        shown = (await chat.get(f"eliza/api/agents/{spelling}")).json()["data"]
        assert (shown["name"], shown["status"]) == ("hello", "active")
    missing = await chat.get("eliza/api/agents/nobody")
    assert (missing.status_code, missing.json()["success"]) == (404, False)


@pytest.mark.parametrize("agent", ["hello", agent_id("hello")])
async def test_sync_returns_what_complete_says(chat: Any, agent: str) -> None:
    answer = (await post(chat, agent)).json()
    assert answer["success"] is True
    assert answer["text"] == "Hello there"
    assert answer["actions"] == ["REPLY"]
    native = await chat.messages("room-456")
    assert [each["text"] for each in native] == ["Hello!", "Hello there"]
    assert native[1]["id"] == answer["messageId"]
    assert native[0]["author"]["id"] == "owner"


async def test_stream_ends_with_complete_and_control_comes_before(chat: Any) -> None:
    told = await frames(chat)
    assert [each["text"] for each in told if each["type"] == "chunk"] == ["Hello", " there"]
    assert told[-1]["type"] == "complete"
    assert (told[-1]["text"], told[-1]["actions"]) == ("Hello there", ["REPLY"])
    assert all(isinstance(each["timestamp"], int) for each in told)
    controls = [each["action"] for each in told if each["type"] == "control"]
    assert controls == ["disable_input", "typing_start", "typing_stop", "enable_input"]


async def test_stream_ends_with_an_error_that_has_a_code(chat: Any) -> None:
    told = await frames(chat, "raises-during")
    assert told[-1]["type"] == "error"
    assert (told[-1]["code"], told[-1]["partialText"]) == ("agent_failed", "one ")
    assert "boom" in told[-1]["message"]
    failed = await post(chat, "raises-during")
    assert failed.status_code == 500
    assert failed.json()["code"] == "agent_failed"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"content": None}, "content.text is required"),
        ({"content": {}}, "content.text is required"),
        ({"content": {"text": "  "}}, "content.text is required"),
        ({"content": {"text": 1}}, "text is text, not number"),
        ({"content": {"audio": "UklGRg=="}}, "Voice is not supported"),
        ({"stream": "yes"}, "stream is true or false"),
        ({"roomId": 5}, "roomId is text"),
    ],
)
async def test_wrong_bodies(chat: Any, fields: dict[str, Any], sentence: str) -> None:
    answer = await post(chat, **fields)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


async def test_an_unknown_agent_is_404_everywhere(chat: Any) -> None:
    assert (await post(chat, "nobody")).status_code == 404
    with pytest.raises(HTTPClientError) as refusal:
        async with socket(chat, "nobody"):
            pass
    assert refusal.value.code == 404
    with pytest.raises(HTTPClientError) as refusal:
        async with socket(chat, headers={}):
            pass
    assert refusal.value.code == 403


async def test_an_api_key_opens_the_socket(chat: Any) -> None:
    token = chat.app.identity_provider.token
    async with socket(chat, headers={"X-API-Key": token}) as client:
        await client.say()
        assert (await client.until("complete"))[-1]["text"] == "Hello there"
    with pytest.raises(HTTPClientError) as refusal:
        async with socket(chat, headers={"X-API-Key": "wrong"}):
            pass
    assert refusal.value.code == 403


async def test_many_turns_on_one_socket(chat: Any) -> None:
    async with socket(chat, agent_id("hello")) as client:
        for number in range(3):
            await client.say(roomId=f"room {number}", entityId="any string ✓")
            told = await client.until("complete", "error")
            assert told[-1]["type"] == "complete"
            assert told[-1]["roomId"] == f"room {number}"
            assert told[-1]["text"] == "Hello there"
            assert [each["text"] for each in told if each["type"] == "chunk"] == ["Hello", " there"]
            assert {each["type"] for each in told[-2:-1]} == {"control"}


async def test_a_stop_frame_ends_the_turn_with_an_error(chat: Any) -> None:
    chat.service.registry.add(ScriptedAgent(["one", never()], name="stuck", policy="parallel"))
    async with socket(chat, "stuck") as client:
        await client.say()
        await client.until("chunk")
        await client.raw.write_message(json.dumps({"type": "stop", "roomId": "room-456"}))
        told = await client.until("error")
        assert (told[-1]["code"], told[-1]["partialText"]) == ("cancelled", "one")
        assert told[-2]["action"] == "enable_input"
        await client.raw.write_message(json.dumps({"type": "ping"}))
        assert (await client.hear())["type"] == "pong"


async def test_a_bad_frame_gets_an_error_and_the_socket_stays_open(chat: Any) -> None:
    async with socket(chat) as client:
        for frame, code in (
            ("{", "invalid_json"),
            ("[]", "invalid"),
            ('{"type": "dance"}', "unknown_op"),
            ('{"type": "audio"}', "invalid"),
            ('{"type": "message"}', "invalid"),
        ):
            await client.raw.write_message(frame)
            told = await client.hear()
            assert (told["type"], told["code"]) == ("error", code), frame
        await client.raw.write_message(b"\x00\x01", binary=True)
        assert "Voice is not supported" in (await client.hear())["message"]
        await client.say()
        assert (await client.until("complete"))[-1]["text"] == "Hello there"


async def test_turns_of_one_socket_are_bounded(chat: Any) -> None:
    chat.service.registry.add(ScriptedAgent([never()], name="stuck"))
    async with socket(chat, "stuck") as client:
        for _ in range(17):
            await client.say()
        told = await client.until("error")
        assert told[-1]["code"] == "rate_limited"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "content",
        "text",
        "entityId",
        "roomId",
        "stream",
        "metadata",
        "attachments",
        "mode",
        "agentId",
    ]
)
PATHS = st.sampled_from(
    [
        "agents/hello/message",
        "messaging/channels/x/messages",
        "messaging/channels",
        "messaging/submit",
        "messaging/action",
        "messaging/ingest-external",
        "messaging/sessions",
        "messaging/message-servers",
        "messaging/complete",
    ]
)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(path=PATHS, body=st.dictionaries(NAMES, JSON, max_size=5) | JSON)
def test_no_body_breaks_the_server(chat: Any, run: Any, path: str, body: object) -> None:
    async def check() -> None:
        url = f"eliza/api/{path}"
        async with chat.http.stream("POST", url, json=body, timeout=20) as answer:
            assert answer.status_code < 500, await answer.aread()
            async for _ in answer.aiter_bytes():
                pass

    run(check())


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(frame=st.text(max_size=40) | st.binary(max_size=40) | JSON.map(json.dumps))
def test_no_frame_closes_the_socket(chat: Any, run: Any, frame: str | bytes) -> None:
    async def check() -> None:
        async with socket(chat) as client:
            await client.raw.write_message(frame, binary=isinstance(frame, bytes))
            await client.raw.write_message(json.dumps({"type": "ping"}))
            assert (await client.until("pong"))[-2:][0]["type"] in {"error", "pong"}

    run(check())
