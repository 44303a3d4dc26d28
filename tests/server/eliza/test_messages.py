"""REST of the ElizaOS dialect: messages, in the three modes of the seed."""

from __future__ import annotations

import json
import re
import subprocess
from asyncio import to_thread
from typing import Any
from urllib.parse import quote

import pytest

from jupyter_agentchat.agents.base import Metadata
from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER, agent_id, string_to_uuid
from jupyter_agentchat.testing.agents import ScriptedAgent, never

ROOM = "your-room-id"
URL = f"eliza/api/messaging/channels/{ROOM}/messages"


async def send(chat: Any, url: str = URL, **fields: object) -> Any:
    return await chat.post(url, {"text": "Hello", "entityId": "me", **fields})


async def events(chat: Any, url: str = URL, **fields: object) -> list[Any]:
    body = {"text": "Hello", "entityId": "me", "mode": "stream", **fields}
    async with chat.sse(url, "POST", json=body) as sse:
        assert sse.response.headers["content-type"] == "text/event-stream"
        return [(each["event"], each["data"]) async for each in sse]


async def test_sync_waits_for_the_whole_answer(chat: Any) -> None:
    answer = await send(chat, mode="sync")
    assert answer.status_code == 201
    body = answer.json()
    assert body["success"] is True
    assert body["userMessage"]["text"] == body["userMessage"]["content"] == "Hello"
    assert body["userMessage"]["author_id"] == "me"
    assert body["userMessage"]["channel_id"] == ROOM
    assert body["agentResponse"]["text"] == "Hello there"
    assert body["agentResponse"]["actions"] == ["REPLY"]
    assert body["agentResponse"]["inReplyTo"] == body["userMessage"]["id"]


async def test_stream_tells_the_question_the_chunks_and_the_end(chat: Any) -> None:
    told = await events(chat)
    assert [kind for kind, _ in told] == ["user_message", "chunk", "chunk", "done"]
    (_, user), (_, one), (_, two), (_, done) = told
    assert user["text"] == "Hello"
    assert (one["chunk"], one["index"]) == ("Hello", 0)
    assert (two["chunk"], two["index"]) == (" there", 1)
    assert one["messageId"] == two["messageId"] == done["responseId"]
    assert done["text"] == "Hello there"


async def test_websocket_answers_at_once_and_the_log_has_it_all(chat: Any) -> None:
    answer = await send(chat, mode="websocket")
    assert answer.status_code == 201
    assert set(answer.json()) == {"success", "userMessage"}
    await chat.service.ended(tuple(await streams(chat)))
    native = await chat.messages(ROOM)
    assert [each["text"] for each in native] == ["Hello", "Hello there"]
    assert native[0]["author"]["id"] == "owner"
    assert native[0]["id"] == answer.json()["userMessage"]["id"]


async def streams(chat: Any) -> list[str]:
    log = await chat.service.channel(ROOM)
    return [run.stream.row.stream for run in chat.service._answers._turns.live(log.channel.id)]


async def test_the_fields_of_the_published_server_do_as_well(chat: Any) -> None:
    body = {
        "author_id": string_to_uuid("me"),
        "content": "Hi",
        "message_server_id": DEFAULT_SERVER,
        "source_type": "eliza_gui",
        "raw_message": {"text": "Hi"},
        "metadata": {"user_display_name": "Me"},
        "transport": "http",
    }
    answer = await chat.post(URL, body)
    assert answer.status_code == 201
    user = answer.json()["userMessage"]
    assert user["author_id"] == string_to_uuid("me")
    assert user["author_display_name"] == "Me"
    assert user["source_type"] == "eliza_gui"
    assert user["metadata"] == {"user_display_name": "Me"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"mode": "zzz"},
            'Must be one of: http, sse, websocket, sync, stream (Invalid mode "zzz")',
        ),
        ({"mode": "zzz"}, 'Invalid transport "zzz". Must be one of: http, sse, websocket'),
        (
            {"transport": None, "mode": 3},
            'Invalid transport type "number"',
        ),
        (
            {"transport": 7},
            'Invalid transport type "number". Transport must be a string. Mode must be a string.',
        ),
        ({"transport": True}, 'Invalid transport type "boolean"'),
        ({"text": ""}, "Missing required fields: channelId, message_server_id, author_id, content"),
        ({"text": "  "}, "Missing required fields"),
        ({"text": 7}, "text is text, not number"),
        ({"metadata": []}, "metadata is an object"),
        ({"attachments": {}}, "attachments is a list"),
        ({"attachments": [{"url": 3}]}, "An attachment is wrong"),
    ],
)
async def test_wrong_bodies_get_a_sentence(
    chat: Any, fields: dict[str, Any], sentence: str
) -> None:
    answer = await send(chat, **fields)
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert sentence in answer.json()["error"]
    assert (await chat.get(URL)).json() == {"success": True, "data": {"messages": []}}


async def test_what_is_no_json_or_too_large_is_refused(chat: Any) -> None:
    broken = await chat.http.post(URL, content=b"{")
    assert (broken.status_code, broken.json()["code"]) == (400, "invalid_json")
    listed = await chat.http.post(URL, content=b"[]")
    assert (listed.status_code, listed.json()["code"]) == (400, "invalid")
    large = await send(chat, text="x" * (1024 * 1024 + 1))
    assert (large.status_code, large.json()["code"]) == (413, "message_too_large")


async def test_another_server_is_forbidden(chat: Any) -> None:
    answer = await send(chat, message_server_id=string_to_uuid("elsewhere"))
    assert answer.status_code == 403
    sentence = "Forbidden: message_server_id does not match current server"
    assert answer.json() == {"success": False, "error": sentence}


@pytest.mark.parametrize("mode", ["sync", "stream"])
async def test_without_an_agent_nothing_is_stored(chat: Any, mode: str) -> None:
    await chat.channel(ROOM, agents=[])
    answer = await send(chat, mode=mode)
    assert answer.status_code == 400
    assert answer.json()["error"] == "No agent found in channel participants"
    assert await chat.messages(ROOM) == []


@pytest.mark.parametrize("name", ["raises-before", "raises-during"])
async def test_an_agent_that_fails_is_told(chat: Any, name: str) -> None:
    await chat.channel(ROOM, agents=[name])
    whole = await send(chat, mode="sync")
    assert whole.status_code == 500
    assert whole.json()["success"] is False
    assert "boom" in whole.json()["error"]
    told = await events(chat)
    assert told[0][0] == "user_message"
    assert told[-1][0] == "error"
    assert "boom" in told[-1][1]["error"]
    assert [kind for kind, _ in told].count("error") == 1


async def test_an_agent_that_says_nothing_ignores(chat: Any) -> None:
    chat.service.registry.add(ScriptedAgent([], name="silent"))
    await chat.channel(ROOM, agents=["silent"])
    assert [kind for kind, _ in await events(chat)] == ["user_message", "done"]
    response = (await send(chat, mode="sync")).json()["agentResponse"]
    assert (response["text"], response["actions"]) == ("", ["IGNORE"])


async def test_a_stopped_answer_ends_the_stream(chat: Any) -> None:
    agent = ScriptedAgent(["one", never()], name="stuck")
    chat.service.registry.add(agent)
    await chat.channel(ROOM, agents=["stuck"])
    body = {"text": "Hello", "entityId": "me", "mode": "stream"}
    async with chat.sse(URL, "POST", json=body) as sse:
        assert [each["event"] for each in await sse.until("chunk")] == ["user_message", "chunk"]
        await chat.service.cancel(agent.turns[0].stream)
        last = (await sse.until("error"))[-1]["data"]
    assert last["code"] == "cancelled"
    assert last["partialText"] == "one"


async def test_declared_actions_and_thought_are_shown(chat: Any) -> None:
    told = {"actions": ["REPLY", "SEARCH"], "thought": "why not", "more": 1}
    chat.service.registry.add(ScriptedAgent(["x", Metadata(told)], name="doer"))
    await chat.channel(ROOM, agents=["doer"])
    response = (await send(chat, mode="sync")).json()["agentResponse"]
    assert response["actions"] == ["REPLY", "SEARCH"]
    assert response["thought"] == "why not"
    assert response["metadata"]["more"] == 1
    (stored, _) = (await chat.get(URL)).json()["data"]["messages"]
    assert stored["metadata"]["actions"] == ["REPLY", "SEARCH"]


async def test_several_agents_answer_one_message(chat: Any) -> None:
    chat.service.registry.add(ScriptedAgent(["Me too"], name="second"))
    await chat.channel(ROOM, agents=["hello", "second"])
    body = (await send(chat, mode="sync")).json()
    texts = {each["text"] for each in body["agentResponses"]}
    assert texts == {"Hello there", "Me too"}
    assert body["agentResponse"] in body["agentResponses"]
    told = await events(chat)
    assert [kind for kind, _ in told].count("done") == 1
    assert len(told[-1][1]["responses"]) == 2


async def test_a_room_named_by_an_agent_is_a_dm_with_it(chat: Any) -> None:
    for name in ("echo", agent_id("echo")):
        url = f"eliza/api/messaging/channels/{name}/messages"
        body = (await send(chat, url, mode="sync")).json()
        assert body["agentResponse"]["text"] == "Hello"
        details = (await chat.get(url.replace("messages", "details"))).json()["data"]
        assert (details["id"], details["type"]) == (name, "DM")


async def test_ids_of_any_shape_come_back_word_for_word(chat: Any) -> None:
    for spelling in ("a/b", "ümlaut & more", "x" * 200, string_to_uuid("u").upper()):
        url = f"eliza/api/messaging/channels/{quote(spelling, safe='')}/messages"
        user = (await send(chat, url, mode="sync", entityId=f"id {spelling}"[:99])).json()
        assert user["userMessage"]["channel_id"] == spelling
        assert user["userMessage"]["author_id"] == f"id {spelling}"[:99]
        (answer, question) = (await chat.get(url)).json()["data"]["messages"]
        assert question["channelId"] == answer["channelId"] == spelling


async def test_a_resend_stores_nothing_twice(chat: Any) -> None:
    first = (await send(chat, mode="sync", messageId="m1")).json()
    again = (await send(chat, mode="sync", messageId="m1")).json()
    assert again["userMessage"]["id"] == first["userMessage"]["id"]
    assert again["agentResponse"] == first["agentResponse"]
    assert len(await chat.messages(ROOM)) == 2
    other = await send(chat, text="else", messageId="m1")
    assert other.status_code == 409


async def test_a_resend_of_what_nobody_answered_says_so(chat: Any) -> None:
    await chat.channel(ROOM, agents=[])
    assert (await send(chat, messageId="m1")).status_code == 201
    await chat.http.patch(f"api/channels/{ROOM}", json={"agents": ["hello"]})
    whole = await send(chat, messageId="m1", mode="sync")
    assert (whole.status_code, whole.json()["code"]) == (400, "invalid")
    assert [kind for kind, _ in await events(chat, messageId="m1")] == ["user_message", "error"]


async def test_history_is_paged_by_time_newest_first(chat: Any) -> None:
    for number in range(5):
        await send(chat, text=f"q{number}", mode="sync")
    page = (await chat.get(URL, params={"limit": 4})).json()["data"]["messages"]
    assert [each["content"] for each in page] == ["Hello there", "q4", "Hello there", "q3"]
    assert page[0]["authorId"] == agent_id("hello")
    assert page[0]["inReplyToRootMessageId"] == page[1]["id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", page[0]["createdAt"])
    before = page[-1]["created_at"]
    older = (await chat.get(URL, params={"limit": 2, "before": before})).json()["data"]["messages"]
    assert all(each["created_at"] < before for each in older)
    assert (await chat.get(URL, params={"before": "x"})).status_code == 400


async def test_deleting_and_clearing(chat: Any) -> None:
    mine = (await send(chat, mode="sync")).json()["userMessage"]["id"]
    gone = await chat.http.delete(f"{URL}/{mine}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert len((await chat.get(URL)).json()["data"]["messages"]) == 1
    assert (await chat.http.delete(f"{URL}/nothing")).status_code == 404
    assert (await chat.http.delete(URL)).status_code == 204
    assert (await chat.get(URL)).json()["data"]["messages"] == []


async def test_an_alias_of_an_agent_is_refused(chat: Any) -> None:
    for alias in ("hello", agent_id("hello")):
        answer = await send(chat, entityId=alias)
        assert answer.status_code == 403
        assert "agent 'hello'" in answer.json()["error"]


@pytest.mark.parametrize("mode", ["websocket", "stream", "sync"])
async def test_curl_as_the_seed_prints_it(chat: Any, mode: str) -> None:
    """The three commands of the messaging seed; the base URL, ids and a token aside."""
    accept = ["-H", "Accept: text/event-stream"] if mode == "stream" else []
    command = [
        *("curl", "-sSiN", "-H", f"Authorization: {chat.headers['Authorization']}"),
        *("-X", "POST", f"{chat.url}agentchat/{URL}"),
        *("-H", "Content-Type: application/json", *accept),
        *("-d", f'{{"text": "Hello", "entityId": "...", "mode": "{mode}"}}'),
    ]
    done = await to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=20, check=True
    )
    head, _, body = done.stdout.partition("\n\n")
    if mode == "stream":
        assert " 200 " in head.splitlines()[0]
        kinds = [line[7:] for line in body.splitlines() if line.startswith("event: ")]
        assert kinds == ["user_message", "chunk", "chunk", "done"]
        last = [json.loads(line[6:]) for line in body.splitlines() if line.startswith("data: ")][-1]
        assert last["text"] == "Hello there"
        return
    assert " 201 " in head.splitlines()[0]
    answer = json.loads(body)
    assert answer["success"] is True
    assert answer["userMessage"]["text"] == "Hello"
    assert ("agentResponse" in answer) is (mode == "sync")
