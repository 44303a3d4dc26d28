"""Every way in which an endpoint can fail, over real HTTP."""

from __future__ import annotations

import asyncio
import socket

import pytest

from jupyter_agentchat.errors import (
    ModelNotFoundError,
    ProviderAuthError,
    ProviderError,
    ProviderRateLimitError,
    ProviderStreamError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from jupyter_agentchat.providers.base import Delivered, Request, Turned
from jupyter_agentchat.providers.openai import OpenAIProvider
from jupyter_agentchat.providers.timeouts import Timeouts
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.endpoint import (
    Answer,
    Fault,
    ScriptedEndpoint,
    data,
    delta,
    good_answer,
    refusal,
)

REQUEST = Request(model="llama9", turns=[Turned("user", "hi")])
HTML = Answer(steps=[b"<html>"], headers={"Content-Type": "text/html; charset=utf-8"})
JSON = Answer(
    steps=[b'{"error":{"message":"no streaming here"}}'],
    headers={"Content-Type": "application/json"},
)


async def ask(
    answer: Answer, timeouts: Timeouts | None = None
) -> tuple[list[Delivered], ProviderError]:
    async with ScriptedEndpoint(answer) as endpoint:
        provider = OpenAIProvider(endpoint.url, name="vllm", timeouts=timeouts)
        items, error = await collect(provider.stream(REQUEST))
        await provider.close()
    assert isinstance(error, ProviderError)
    assert error.message.startswith(("vllm (http://127.0.0.1:", "The stream of vllm (http://"))
    assert error.__cause__ is None
    return items, error


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (refusal(401), ProviderAuthError, "refused the key (HTTP 401)"),
        (refusal(403), ProviderAuthError, "refused the key (HTTP 403)"),
        (refusal(404, "gone"), ModelNotFoundError, "(HTTP 404), 'llama9': gone."),
        (refusal(429, "slow", retry_after="20"), ProviderRateLimitError, ", for 20 s: slow."),
        (refusal(500), ProviderUnavailableError, "failed (HTTP 500)."),
        (refusal(503, "loading"), ProviderUnavailableError, "(HTTP 503): loading."),
        (refusal(400, "too long"), ProviderError, "refused the request (HTTP 400): too long."),
        (refusal(307, location="http://x"), ProviderError, "its base URL is another one"),
        (HTML, ProviderStreamError, "answered with text/html, not with an event stream;"),
        (JSON, ProviderStreamError, "an event stream: no streaming here; is the base URL right?"),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
)
async def test_a_refusal(answer: Answer, kind: type[ProviderError], words: str) -> None:
    items, error = await ask(answer)
    assert items == []
    assert type(error) is kind
    assert words in error.message


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ([Fault.BREAK], "The stream of vllm"),
        ([], "the stream broke off after 1 deltas"),
        ([b'data: {"choices": [{"del'], "the stream broke off after 1 deltas"),
        ([b"data: {oops}\n\n"], "not a chunk"),
        ([data({"error": {"message": "out of memory"}})], "out of memory"),
        ([b"data: " + b"x" * (9 * 1024 * 1024)], "a line of the event stream"),
    ],
    ids=["cut", "no end", "half a chunk", "no chunk", "reported", "endless line"],
)
async def test_a_stream_that_breaks_off_fails_after_what_came(
    rest: list[bytes | Fault], words: str
) -> None:
    items, error = await ask(Answer(steps=[delta("a"), *rest]))
    assert len(items) == 1
    assert type(error) is ProviderStreamError
    assert words in error.message
    assert error.retry


async def test_a_failure_in_the_stream_keeps_its_status() -> None:
    rest = data({"error": {"message": "slow", "code": 429}})
    _, error = await ask(Answer(steps=[delta("a"), rest]))
    assert type(error) is ProviderRateLimitError


@pytest.mark.parametrize(
    ("steps", "timeouts", "words"),
    [
        ([asyncio.Event], Timeouts(first_byte=0.05), "sent nothing within 0.05 s"),
        ([delta("a"), asyncio.Event], Timeouts(idle=0.05), "fell silent for 0.05 s"),
        ([delta("a"), asyncio.Event], Timeouts(total=0.5), "did not finish its answer within"),
    ],
    ids=["first byte", "idle", "total"],
)
async def test_an_endpoint_that_takes_too_long(
    steps: list[bytes | type[asyncio.Event]], timeouts: Timeouts, words: str
) -> None:
    made = [step if isinstance(step, bytes) else step() for step in steps]
    items, error = await ask(Answer(steps=made), timeouts)
    assert len(items) == len(steps) - 1
    assert type(error) is ProviderTimeoutError
    assert words in error.message


async def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        provider = OpenAIProvider(url, name="ollama")
        _, error = await collect(provider.stream(REQUEST))
        await provider.close()
    assert type(error) is ProviderUnavailableError
    assert error.message.startswith(f"ollama ({url}) cannot be reached (")
    assert error.message.endswith("is it running?")


async def test_nobody_accepts() -> None:
    """A listener whose queue is full leaves the handshake unanswered."""
    with socket.socket() as full, socket.socket() as filler:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        filler.connect(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/v1"
        provider = OpenAIProvider(url, name="vllm", timeouts=Timeouts(connect=0.05))
        _, error = await collect(provider.stream(REQUEST))
        await provider.close()
    assert type(error) is ProviderTimeoutError
    assert error.message == f"vllm ({url}) did not accept the connection in time."


@pytest.mark.parametrize("answer", [Answer(steps=[Fault.HANG_UP]), Answer(steps=[Fault.BREAK])])
async def test_an_endpoint_that_hangs_up_on_a_fresh_connection_is_not_asked_twice(
    answer: Answer,
) -> None:
    async with ScriptedEndpoint(answer) as endpoint:
        provider = OpenAIProvider(endpoint.url, name="vllm")
        items, error = await collect(provider.stream(REQUEST))
        await provider.close()
    assert items == []
    assert isinstance(error, ProviderUnavailableError | ProviderStreamError)
    assert error.retry
    assert len(endpoint.requests) == 1


async def test_a_kept_connection_that_was_closed_meanwhile_is_replaced() -> None:
    good, hang_up = good_answer("a"), Answer(steps=[Fault.HANG_UP])
    async with ScriptedEndpoint(good, hang_up, good, hang_up) as endpoint:
        provider = OpenAIProvider(endpoint.url, name="vllm")
        results = [await collect(provider.stream(REQUEST)) for _ in range(3)]
        await provider.close()
    assert [error for _, error in results[:2]] == [None, None]
    assert [request.connection for request in endpoint.requests] == [0, 0, 1, 1, 2]
    _, error = results[2]
    assert type(error) is ProviderUnavailableError
    assert "hung up before it answered" in error.message


async def test_a_key_that_is_needed_and_missing_is_asked_for_without_asking_the_endpoint() -> None:
    async with ScriptedEndpoint() as endpoint:
        provider = OpenAIProvider(endpoint.url, is_key_required=True, key_hint="OPENAI_API_KEY")
        _, error = await collect(provider.stream(REQUEST))
    assert type(error) is ProviderAuthError
    assert error.message.endswith("needs a key; set OPENAI_API_KEY.")
    assert endpoint.requests == []
