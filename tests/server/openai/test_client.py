"""What OpenAI's client, unchanged, gets from agents."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI

from jupyter_agentchat.testing.collect import collect

ASKED: list[Any] = [{"role": "user", "content": "hi"}]


async def test_agents_are_models(client: AsyncOpenAI) -> None:
    models = [model async for model in client.models.list()]
    assert {"hello", "eliza", "synthetic"} <= {model.id for model in models}
    assert {model.object for model in models} == {"model"}
    assert (await client.models.retrieve("hello")).id == "hello"
    with pytest.raises(openai.NotFoundError, match="nobody"):
        await client.models.retrieve("nobody")


async def test_a_whole_answer(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(model="thinks", messages=ASKED)
    assert answer.object == "chat.completion"
    assert answer.id.startswith("chatcmpl-")
    assert answer.model == "thinks"
    assert answer.created > 1_700_000_000
    (choice,) = answer.choices
    assert (choice.message.role, choice.message.content) == ("assistant", "Hello 😀")
    assert choice.message.model_extra == {"reasoning_content": "Hm. "}
    assert choice.finish_reason == "stop"
    assert answer.usage is not None
    usage = answer.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (11, 3, 14)


async def test_an_answer_as_it_comes(client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(
        model="thinks", messages=ASKED, stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert [delta.role for delta in deltas] == ["assistant", None, None, None]
    assert (deltas[0].model_extra or {})["reasoning_content"] == "Hm. "
    assert [delta.content for delta in deltas] == [None, "Hel", "lo 😀", None]
    reasons = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices]
    assert reasons == [None, None, None, "stop"]
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == 14


async def test_usage_comes_only_when_asked_for(client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(model="thinks", messages=ASKED, stream=True)
    assert [chunk.usage async for chunk in stream] == [None] * 4


async def test_the_first_delta_comes_before_the_last_is_there(
    chat: Any, client: AsyncOpenAI
) -> None:
    gate = chat.service.registry.get("gated").gate
    stream = await client.chat.completions.create(model="gated", messages=ASKED, stream=True)
    chunks = aiter(stream)
    assert (await anext(chunks)).choices[0].delta.content == "one "
    assert (await anext(chunks)).choices[0].delta.content == "two "
    gate.set()
    assert (await anext(chunks)).choices[0].delta.content == "three"
    assert [chunk.choices[0].finish_reason async for chunk in chunks] == ["stop"]


async def test_an_answer_that_was_cut_off_says_length(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(model="cut", messages=ASKED)
    assert answer.choices[0].finish_reason == "length"


async def test_the_callers_limits_hold_for_every_agent(client: AsyncOpenAI) -> None:
    short = await client.chat.completions.create(model="echo", messages=ASKED, max_tokens=1)
    assert short.choices[0].message.content == "hi"
    asked: list[Any] = [{"role": "user", "content": "one two three four"}]
    limits: list[Any] = [{"max_tokens": 2}, {"max_completion_tokens": 2, "max_tokens": 9}]
    for limit in limits:
        cut = await client.chat.completions.create(model="echo", messages=asked, extra_body=limit)
        assert cut.choices[0].message.content == "one two "
        assert cut.choices[0].finish_reason == "length"
        assert cut.usage is not None
        assert cut.usage.completion_tokens == 2
    for stop in ("three", ["x", "three"]):
        stopped = await client.chat.completions.create(model="echo", messages=asked, stop=stop)
        assert stopped.choices[0].message.content == "one two "
        assert stopped.choices[0].finish_reason == "stop"


async def test_an_agent_that_counts_nothing_is_estimated_and_the_log_says_so(
    chat: Any, client: AsyncOpenAI
) -> None:
    answer = await client.chat.completions.create(model="hello", messages=ASKED, user="ada")
    assert answer.usage is not None
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (1, 3)
    row = await chat.service.stream(answer.id.removeprefix("chatcmpl-"))
    assert (row.n_tokens, row.token_source, row.transport) == (3, "estimate", "openai")


async def test_synthetic_is_ordered_through_metadata(client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(
        model="synthetic",
        messages=ASKED,
        stream=True,
        stream_options={"include_usage": True},
        extra_body={"metadata": {"synthetic": {"chunks": 7, "chars": 3, "pace": False}}},
    )
    chunks = [chunk async for chunk in stream]
    texts = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert [len(text) for text in texts if text] == [3] * 7
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 7


async def test_an_agent_that_says_nothing_gives_an_empty_answer(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(model="silent", messages=ASKED)
    assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == ("", "stop")
    stream = await client.chat.completions.create(model="silent", messages=ASKED, stream=True)
    chunks = [chunk.choices[0] async for chunk in stream]
    assert [(each.delta.role, each.delta.content) for each in chunks] == [
        ("assistant", ""),
        (None, None),
    ]


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_that_failed_before_its_first_chunk_is_a_refusal(
    client: AsyncOpenAI, *, stream: bool
) -> None:
    with pytest.raises(openai.InternalServerError, match="boom") as raised:
        await client.chat.completions.create(model="raises-before", messages=ASKED, stream=stream)
    assert raised.value.status_code == 500
    assert raised.value.code == "agent_failed"


async def test_an_answer_that_fails_in_the_middle_never_looks_whole(client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(
        model="raises-during", messages=ASKED, stream=True
    )
    got, error = await collect(aiter(stream))
    assert [chunk.choices[0].delta.content for chunk in got] == ["one "]
    assert isinstance(error, openai.APIError)
    assert "boom" in error.message
    with pytest.raises(openai.InternalServerError, match="boom"):
        await client.chat.completions.create(model="raises-during", messages=ASKED)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_leaves_stops_the_answer(
    chat: Any, client: AsyncOpenAI, *, stream: bool
) -> None:
    endless = chat.service.registry.get("endless")
    if stream:
        told = await client.chat.completions.create(model="endless", messages=ASKED, stream=True)
        await anext(aiter(told))
        await told.close()
    else:
        call = asyncio.ensure_future(
            client.chat.completions.create(model="endless", messages=ASKED)
        )
        await endless.started.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    (turn,) = endless.turns
    await asyncio.wait_for(chat.service.ended((turn.stream,)), 5)
    assert (await chat.service.stream(turn.stream)).status == "cancelled"


async def test_a_stop_from_elsewhere_is_no_whole_answer(chat: Any, client: AsyncOpenAI) -> None:
    told = await client.chat.completions.create(model="endless", messages=ASKED, stream=True)
    await anext(aiter(told))
    (turn,) = chat.service.registry.get("endless").turns
    await chat.post(f"api/streams/{turn.stream}/cancel")
    rest, error = await collect(aiter(told))
    assert rest == []
    assert isinstance(error, openai.APIError)
    assert "stopped" in error.message


async def test_bytes_grow_linearly_with_the_answer(client: AsyncOpenAI) -> None:
    async def size(chunks: int) -> int:
        order = {"chunks": chunks, "pace": False}
        answer = await client.chat.completions.with_raw_response.create(
            model="synthetic",
            messages=ASKED,
            stream=True,
            extra_body={"metadata": {"synthetic": order}},
        )
        return len(b"".join([part async for part in answer.http_response.aiter_raw()]))

    one, two, four = await size(500), await size(1000), await size(2000)
    assert four - two == 2 * (two - one)
    assert four <= 450_000
