"""Where calls stand in the log."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AsyncOpenAI

CONVERSATION: list[Any] = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "one"}]},
    {"role": "assistant", "content": "first"},
    {"role": "assistant", "content": None},
    {"role": "user", "content": "two"},
]
IN_LAB = {"X-Agentchat-Channel": "talk"}


async def raw(client: AsyncOpenAI, **kw: Any) -> Any:
    return await client.chat.completions.with_raw_response.create(
        **{"model": "hello", "messages": CONVERSATION, **kw}
    )


def said(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(message["author"]["kind"], message["text"]) for message in messages]


WHOLE = [
    ("system", "Be brief."),
    ("user", "one"),
    ("agent", "first"),
    ("user", "two"),
    ("agent", "Hello there"),
]


async def test_each_call_has_a_channel_that_no_list_shows(chat: Any, client: AsyncOpenAI) -> None:
    first, second = await raw(client), await raw(client)
    channels = [answer.headers["X-Agentchat-Channel"] for answer in (first, second)]
    assert len(set(channels)) == 2
    assert (await chat.get("api/channels")).json() == {"channels": []}
    listed = (await chat.get("api/channels?unlisted=true")).json()["channels"]
    assert {channel["id"] for channel in listed} == set(channels)
    assert said(await chat.messages(channels[0])) == WHOLE


async def test_the_agent_hears_the_conversation(chat: Any, client: AsyncOpenAI) -> None:
    await raw(client)
    (turn,) = chat.service.registry.get("hello").turns
    assert [(each.author.kind, each.text) for each in turn.history] == WHOLE[:3]
    assert turn.text == "two"


async def test_a_header_continues_a_channel(chat: Any, client: AsyncOpenAI) -> None:
    answer = await raw(client, extra_headers=IN_LAB)
    assert answer.headers["X-Agentchat-Channel"] == "talk"
    again = [*CONVERSATION, {"role": "assistant", "content": "x"}, {"role": "user", "content": "3"}]
    await raw(client, messages=again, extra_headers=IN_LAB)
    assert said(await chat.messages("talk")) == [*WHOLE, ("user", "3"), ("agent", "Hello there")]
    assert [c["id"] for c in (await chat.get("api/channels")).json()["channels"]] == ["talk"]


async def test_a_channel_of_a_call_can_be_continued(chat: Any, client: AsyncOpenAI) -> None:
    name = (await raw(client)).headers["X-Agentchat-Channel"]
    asked: list[Any] = [{"role": "user", "content": "3"}]
    await raw(client, messages=asked, extra_headers={"X-Agentchat-Channel": name})
    assert said(await chat.messages(name))[-2:] == [("user", "3"), ("agent", "Hello there")]


async def test_a_channels_name_may_be_any_text(chat: Any, client: AsyncOpenAI) -> None:
    answer = await raw(client, extra_headers={"X-Agentchat-Channel": "caf%C3%A9 1"})
    assert answer.headers["X-Agentchat-Channel"] == "caf%C3%A9%201"
    assert said(await chat.messages("café 1")) == WHOLE


async def test_another_agent_may_go_on(chat: Any, client: AsyncOpenAI) -> None:
    await raw(client, extra_headers=IN_LAB)
    answer = await raw(client, model="echo", extra_headers=IN_LAB)
    assert answer.parse().choices[0].message.content == "two"
    assert (await chat.service.channel("talk")).channel.agents == ("hello", "echo")


@pytest.mark.parametrize("header", ["X-Request-Id", "X-Client-Request-Id"])
async def test_a_request_is_found_in_the_log_by_its_id(
    chat: Any, client: AsyncOpenAI, header: str
) -> None:
    answer = await raw(client, user="ada", extra_headers={header: "r-1"})
    messages = await chat.messages(answer.headers["X-Agentchat-Channel"])
    question, reply = messages[-2:]
    assert question["client_message_id"] == "r-1"
    assert question["metadata"]["user"] == "ada"
    assert question["author"]["id"] == "owner"
    assert reply["reply_to"] == question["id"]
    assert reply["stream"] == answer.headers["X-Agentchat-Stream"]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_request_that_comes_twice_is_answered_once(
    chat: Any, client: AsyncOpenAI, *, stream: bool
) -> None:
    headers = {**IN_LAB, "X-Request-Id": "r-1"}
    first = await raw(client, extra_headers=headers)
    again = await raw(client, extra_headers=headers, stream=stream)
    assert again.headers["X-Agentchat-Stream"] == first.headers["X-Agentchat-Stream"]
    assert len(chat.service.registry.get("hello").turns) == 1
    if stream:
        deltas = [chunk.choices[0].delta.content or "" async for chunk in again.parse()]
        assert "".join(deltas) == "Hello there"


async def test_every_call_has_its_timeline(chat: Any, client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(model="hello", messages=CONVERSATION, stream=True)
    assert [chunk async for chunk in stream]
    (row,) = (await chat.get("api/log/streams?format=json")).json()
    assert row["transport"] == "openai"
    assert row["t_request"] < row["t_first_content"] <= row["t_last_content"] <= row["t_end"]
    chunks = (await chat.get("api/log/chunks?format=json")).json()
    assert [each["text"] for each in chunks] == ["Hello", " there"]
    assert all(each["socket_ns"] >= each["bus_ns"] for each in chunks)
    (connection,) = (await chat.get("api/log/connections?format=json")).json()
    assert connection["transport"] == "openai"
    assert connection["closed"] > connection["opened"]
    assert connection["bytes_out"] > 300
