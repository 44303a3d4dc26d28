from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import Delivered, Finish, RawChunk, Request, Turned
from jupyter_agentchat.providers.openai import OpenAIProvider
from jupyter_agentchat.providers.secret import Secret
from jupyter_agentchat.testing.clock import FakeClock
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.endpoint import (
    DONE,
    Answer,
    ScriptedEndpoint,
    data,
    delta,
    good_answer,
    refusal,
)

REQUEST = Request(model="m", turns=[Turned("system", "s"), Turned("user", "hi")])


def texts(items: list[Delivered]) -> list[str]:
    return [item.text for item in items if isinstance(item, RawChunk)]


async def ask(
    provider: OpenAIProvider, request: Request = REQUEST
) -> tuple[list[Delivered], Exception | None]:
    return await collect(provider.stream(request))


async def test_chunks_come_in_order_and_usage_last() -> None:
    async with ScriptedEndpoint(good_answer("a", "b", "c")) as endpoint:
        provider = OpenAIProvider(endpoint.url, clock=FakeClock(42))
        items, error = await ask(provider)
        await provider.close()
    assert error is None
    assert items == [
        RawChunk("a", "text", 42),
        RawChunk("b", "text", 42),
        RawChunk("c", "text", 42),
        Usage(input_tokens=7, output_tokens=3, source="usage"),
    ]


async def test_an_answer_that_was_cut_off_says_why() -> None:
    cut = Answer(steps=[delta("a", finish="length"), DONE])
    async with ScriptedEndpoint(cut) as endpoint:
        provider = OpenAIProvider(endpoint.url, clock=FakeClock(1))
        items, _ = await ask(provider, Request(model="m", turns=[], stop=("\n",)))
        await provider.close()
    assert items == [RawChunk("a", "text", 1), Finish("length")]
    assert endpoint.requests[0].body["stop"] == ["\n"]


async def test_it_asks_as_the_endpoints_understand() -> None:
    async with ScriptedEndpoint() as endpoint:
        provider = OpenAIProvider(f"{endpoint.url}/", key=Secret("k"), limit_field="max_out")
        await ask(provider)
        full = Request(model="m", turns=[], temperature=0.0, max_tokens=5, seed=0)
        await ask(provider, full)
        await provider.close()
    first, second = endpoint.requests
    assert first.path == "/v1/chat/completions"
    assert first.body == {
        "model": "m",
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert first.headers["authorization"] == "Bearer k"
    assert first.headers["accept-encoding"] == "identity"
    assert {key: second.body[key] for key in ("temperature", "max_out", "seed")} == {
        "temperature": 0.0,
        "max_out": 5,
        "seed": 0,
    }


async def test_without_a_key_none_is_sent() -> None:
    async with ScriptedEndpoint() as endpoint:
        provider = OpenAIProvider(endpoint.url)
        await ask(provider)
        await provider.close()
    assert "authorization" not in endpoint.requests[0].headers


async def test_reasoning_keeps_its_kind() -> None:
    answer = Answer(steps=[delta("hm", reasoning=True), delta("yes", finish="stop"), DONE])
    async with ScriptedEndpoint(answer) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        items, _ = await ask(provider)
        await provider.close()
    assert [(item.kind, item.text) for item in items if isinstance(item, RawChunk)] == [
        ("reasoning", "hm"),
        ("text", "yes"),
    ]


async def test_bytes_are_stamped_when_they_arrive() -> None:
    gate = asyncio.Event()
    clock = FakeClock(100)
    answer = Answer(steps=[delta("a"), gate, delta("b", finish="stop"), DONE])
    async with ScriptedEndpoint(answer) as endpoint:
        provider = OpenAIProvider(endpoint.url, clock=clock)
        stream = provider.stream(REQUEST)
        assert await anext(stream) == RawChunk("a", "text", 100)
        clock.jump(1)
        gate.set()
        assert await anext(stream) == RawChunk("b", "text", 1_000_000_100)
        await stream.aclose()
        await provider.close()


async def test_any_split_of_the_bytes_gives_the_same_chunks() -> None:
    whole = b"".join(
        step for step in good_answer("é", "👩‍🔬", "c").steps if isinstance(step, bytes)
    )
    pieces = [whole[at : at + 3] for at in range(0, len(whole), 3)]
    async with ScriptedEndpoint(Answer(steps=pieces)) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        items, error = await ask(provider)
        await provider.close()
    assert error is None
    assert texts(items) == ["é", "👩‍🔬", "c"]
    assert isinstance(items[-1], Usage)


@pytest.mark.parametrize("status", [400, 422])
async def test_an_endpoint_that_refuses_stream_options_is_asked_without_once(status: int) -> None:
    answers = refusal(status, "unknown field stream_options"), good_answer("a")
    async with ScriptedEndpoint(*answers) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        for _ in range(2):
            items, error = await ask(provider)
            assert (texts(items), error) == (["a"], None)
        await provider.close()
    assert ["stream_options" in request.body for request in endpoint.requests] == [
        True,
        False,
        False,
    ]


async def test_a_request_that_is_bad_anyway_is_told_by_the_second_refusal() -> None:
    async with ScriptedEndpoint(refusal(400, "one"), refusal(400, "two")) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        _, error = await ask(provider)
        assert str(error).endswith("refused the request (HTTP 400): two.")
        await ask(provider)
        await provider.close()
    assert ["stream_options" in request.body for request in endpoint.requests] == [
        True,
        False,
        True,
        False,
    ]


async def test_the_last_usage_counts() -> None:
    usage = [
        data({"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": n}}) for n in (1, 2)
    ]
    answer = Answer(steps=[delta("a"), usage[0], delta("b", finish="stop"), usage[1], DONE])
    async with ScriptedEndpoint(answer) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        items, _ = await ask(provider)
        await provider.close()
    assert [item for item in items if isinstance(item, Usage)] == [
        Usage(input_tokens=1, output_tokens=2)
    ]


async def test_a_complete_answer_leaves_its_connection_to_the_next() -> None:
    async with ScriptedEndpoint() as endpoint:
        provider = OpenAIProvider(endpoint.url)
        for _ in range(3):
            await ask(provider)
        await provider.close()
    assert [request.connection for request in endpoint.requests] == [0, 0, 0]


async def test_an_endpoint_that_lingers_after_its_end_delays_nobody() -> None:
    answer = Answer(steps=[delta("a", finish="stop"), DONE, asyncio.Event()])
    async with ScriptedEndpoint(answer) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        items, error = await asyncio.wait_for(ask(provider), 5)
        assert (texts(items), error) == (["a"], None)
        await asyncio.wait_for(endpoint.hung_up.wait(), 5)
        await provider.close()


async def test_many_streams_at_once() -> None:
    async with ScriptedEndpoint(good_answer("a", "b")) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        results = await asyncio.gather(*(ask(provider) for _ in range(20)))
        await provider.close()
    assert all(texts(items) == ["a", "b"] and error is None for items, error in results)
    assert len(endpoint.requests) == 20


@pytest.mark.parametrize("how", ["cancelled", "closed"])
async def test_a_stopped_stream_closes_the_request_at_once(how: str) -> None:
    async with ScriptedEndpoint(Answer(steps=[delta("a"), asyncio.Event()])) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        stream = provider.stream(REQUEST)
        await anext(stream)
        if how == "closed":
            await stream.aclose()
        else:
            task = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await asyncio.wait_for(endpoint.hung_up.wait(), 0.5)
        await provider.close()


async def test_a_request_that_is_cancelled_before_the_answer_is_closed_too() -> None:
    async with ScriptedEndpoint(Answer(steps=[asyncio.Event()])) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        task = asyncio.create_task(ask(provider))
        await asyncio.wait_for(endpoint.asked.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(endpoint.hung_up.wait(), 0.5)
        await provider.close()


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8000", "ftp://x/v1", "http://", "/v1"], ids=lambda url: url or "empty"
)
def test_a_base_url_is_an_http_address(url: str) -> None:
    with pytest.raises(InvalidInputError, match="looks like http://127"):
        OpenAIProvider(url)


@pytest.mark.parametrize(
    "url", ["http://me:canary@x/v1", "http://x/v1?key=canary", "http://canary@x/v1"]
)
def test_a_base_url_holds_no_secret(url: str) -> None:
    with pytest.raises(
        InvalidInputError, match="base URL of x holds a password or a query"
    ) as info:
        OpenAIProvider(url)
    assert "canary" not in info.value.message


async def test_it_can_be_closed_unused_and_twice() -> None:
    provider = OpenAIProvider("http://127.0.0.1:1/v1")
    await provider.close()
    await provider.close()


def test_httpx_is_imported_with_the_first_request_only() -> None:
    code = (
        "import sys, jupyter_agentchat.providers.openai, jupyter_agentchat.agents.models;"
        "sys.exit('httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
