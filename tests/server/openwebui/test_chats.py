"""Chat completions, tasks, and what clients ask for when they start."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_agentchat.extract.openai import ChatCompletionsParser, Delta

URL = "api/chat/completions"
SAY: list[dict[str, str]] = [{"role": "user", "content": "hi"}]
TASK = {"session_id": "s1", "chat_id": "c1", "id": "m1"}


async def ask(client: Any, **fields: Any) -> Any:
    return await client.post(URL, json={"model": "cites", "messages": SAY, **fields})


def frames(body: str) -> list[Any]:
    lines = [line[6:] for line in body.split("\n\n") if line.startswith("data: ")]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


async def test_models_version_and_use(as_user: Any) -> None:
    ann = as_user("ann")
    models = (await ann.get("api/models")).json()["data"]
    assert {("hello", "hello"), ("eliza", "eliza")} <= {
        (each["id"], each["name"]) for each in models
    }
    assert (await ann.get("api/version")).json().keys() == {"version", "deployment_id"}
    assert (await ann.get("api/usage")).json() == {"model_ids": [], "user_count": 0}
    await ask(ann, model="endless", **TASK)
    assert (await ann.get("api/usage")).json()["model_ids"] == ["endless"]


async def test_a_whole_answer_is_openais(as_user: Any) -> None:
    answer = await ask(as_user("ann"))
    assert answer.status_code == 200
    assert answer.json()["choices"][0]["message"]["content"] == "abcde"


async def test_a_stream_is_openais_with_sources_and_its_deltas_are_never_null(as_user: Any) -> None:
    answer = await ask(as_user("ann"), stream=True, stream_options={"include_usage": True})
    told = frames(answer.text)
    assert told[0] == {"sources": [{"name": "A page", "url": "https://example.org"}]}
    assert told[-1] == "[DONE]"
    deltas = [frame["choices"][0]["delta"] for frame in told[1:-1] if frame.get("choices")]
    assert all(delta.get("content", "") is not None for delta in deltas)
    assert "".join(delta.get("content", "") for delta in deltas) == "abcde"
    usages = [frame for frame in told[1:-1] if "usage" in frame]
    assert [frame["choices"] for frame in usages] == [[]]


@pytest.mark.parametrize(
    ("size", "expected"), [(1, [*"abcde"]), (2, ["ab", "cd", "e"]), (9, ["abcde"])]
)
async def test_deltas_are_joined_as_the_request_asks(
    as_user: Any, size: int, expected: list[str]
) -> None:
    params = {"stream_delta_chunk_size": size, "top_k": 3}
    answer = await ask(as_user("ann"), stream=True, params=params)
    items = ChatCompletionsParser().feed(answer.content.partition(b"\n\n")[2])
    texts = [item.text for item in items if isinstance(item, Delta) and item.kind == "text"]
    thoughts = [item.text for item in items if isinstance(item, Delta) and item.kind != "text"]
    assert (texts, thoughts) == (expected, ["Hm. "])


class TestServersChunkSize:
    @pytest.fixture
    def agentchat_config(self) -> dict[str, Any]:
        return {"delta_chunk_size": 4}

    async def test_the_larger_one_counts(self, as_user: Any) -> None:
        for asked, expected in ((2, ["abcd", "e"]), (5, ["abcde"])):
            params = {"stream_delta_chunk_size": asked}
            answer = await ask(as_user("ann"), stream=True, params=params)
            items = ChatCompletionsParser().feed(answer.content.partition(b"\n\n")[2])
            texts = [item.text for item in items if isinstance(item, Delta)]
            assert texts[1:] == expected


async def test_bytes_are_linear_and_few(as_user: Any) -> None:
    async def size(chunks: int, joined: int) -> int:
        answer = await ask(
            as_user("ann"),
            model="synthetic",
            stream=True,
            metadata={"synthetic": {"chunks": chunks, "pace": False}},
            params={"stream_delta_chunk_size": joined},
        )
        return len(answer.content)

    one, two, four = [await size(chunks, 1) for chunks in (500, 1000, 2000)]
    assert four - two == 2 * (two - one)
    assert four <= 450_000
    assert await size(2000, 16) <= 60_000


async def test_held_deltas_go_out_when_the_model_is_silent(chat: Any, as_user: Any) -> None:
    gate = chat.service.registry.get("gated").gate
    body = {
        "model": "gated",
        "messages": SAY,
        "stream": True,
        "params": {"stream_delta_chunk_size": 100},
    }
    async with as_user("ann").stream("POST", URL, json=body) as answer:
        lines = aiter(answer.aiter_lines())
        first = json.loads((await anext(lines)).removeprefix("data: "))
        assert first["choices"][0]["delta"]["content"] == "one two "
        gate.set()
        rest = "\n".join([line async for line in lines])
    assert '"three"' in rest


async def test_a_chat_goes_on_and_is_its_owners_alone(chat: Any, as_user: Any) -> None:
    ann, ben, root = as_user("ann"), as_user("ben"), as_user("root")
    assert (await ask(ann, chat_id="c1")).status_code == 200
    assert (await ask(ann, chat_id="c1")).status_code == 200
    texts = [message.text for message in (await chat.service.messages("c1")).messages]
    assert texts == ["hi", "abcde", "hi", "abcde"]
    for other in (ben, root):
        refused = await ask(other, chat_id="c1")
        assert refused.status_code == 404
        assert "c1" in refused.json()["detail"]
    assert (await ann.get("api/v1/channels/")).json() == []
    await chat.http.post("api/channels", json={"id": "lab"}, headers={"X-User": "ann"})
    assert (await ask(ann, chat_id="lab")).status_code == 404


async def test_a_local_chat_leaves_no_chat_behind(chat: Any, as_user: Any) -> None:
    assert (await ask(as_user("ann"), chat_id="local:1")).status_code == 200
    assert await chat.service.channels() == []


async def test_a_task_is_named_at_once_and_stopped(chat: Any, as_user: Any) -> None:
    ann, ben, root = as_user("ann"), as_user("ben"), as_user("root")
    started = await ask(ann, model="endless", **TASK)
    assert started.status_code == 200
    task = started.json()["task_id"]
    assert started.json() == {"status": True, "task_id": task}
    assert (await ann.get("api/tasks")).json() == {"tasks": [task]}
    assert (await root.get("api/tasks")).json() == {"tasks": [task]}
    assert (await ben.get("api/tasks")).json() == {"tasks": []}
    assert (await ann.get("api/tasks/chat/c1")).json() == {"task_ids": [task]}
    assert (await ben.post(f"api/tasks/stop/{task}")).status_code == 404
    stopped = (await ann.post(f"api/tasks/stop/{task}")).json()
    assert stopped["status"] is True
    assert (await chat.service.stream(task)).status == "cancelled"
    assert (await ann.get("api/tasks")).json() == {"tasks": []}
    assert (await ann.post("api/tasks/stop/nothing")).status_code == 404


async def test_a_task_keeps_the_clients_own_ids(chat: Any, as_user: Any) -> None:
    await ask(as_user("ann"), parent_id="p1", **TASK)
    question = (await chat.service.messages("c1")).messages[0]
    assert question.metadata["openwebui"] == {"session_id": "s1", "id": "m1", "parent_id": "p1"}


@pytest.mark.parametrize(
    ("fields", "status", "named"),
    [
        ({"model": "gpt-9"}, 404, "gpt-9"),
        ({"messages": []}, 400, "messages"),
        ({"params": {"stream_delta_chunk_size": "x"}}, 400, "params"),
        ({"chat_id": "a/b"}, 400, "a/b"),
    ],
)
async def test_refusals_are_one_sentence(
    as_user: Any, fields: dict[str, Any], status: int, named: str
) -> None:
    answer = await ask(as_user("ann"), **fields)
    assert answer.status_code == status
    assert named in answer.json()["detail"]
