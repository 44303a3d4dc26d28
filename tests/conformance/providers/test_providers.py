"""Every provider keeps the guarantees of `Provider`; broken ones are found out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import NamedTuple

import pytest

from jupyter_agentchat.errors import ProviderError, ProviderStreamError
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import Delivered, Provider, RawChunk, Request
from jupyter_agentchat.providers.local import LocalProvider
from jupyter_agentchat.providers.local_process import ModelProcess
from jupyter_agentchat.providers.openai import OpenAIProvider
from jupyter_agentchat.testing.conformance import NonConformanceError
from jupyter_agentchat.testing.endpoint import (
    Answer,
    Fault,
    ScriptedEndpoint,
    delta,
    good_answer,
)
from jupyter_agentchat.testing.provider_checks import (
    check_close,
    check_failure,
    check_order,
    check_stop,
)
from jupyter_agentchat.testing.providers import ScriptedProvider

TEXTS = ("Hel", "lo", " there", "\n", "é")


def answer(how: str) -> Answer:
    return {
        "good": good_answer(*TEXTS),
        "broken": Answer(steps=[delta("a"), delta("b"), Fault.BREAK]),
        "endless": Answer(steps=[delta("a"), asyncio.Event()]),
    }[how]


class Subject(NamedTuple):
    provider: Provider
    aborted: asyncio.Event


class ElsewhereProcess(ModelProcess):
    """A process that is a scripted endpoint in this one."""

    address = ""

    @property
    def is_running(self) -> bool:
        return bool(self.address)

    async def start(self) -> str:
        return self.address

    async def stop(self) -> None:
        self.address = ""


def openai(url: str) -> Provider:
    return OpenAIProvider(url)


def local(url: str) -> Provider:
    process = ElsewhereProcess(None)  # type: ignore[arg-type]
    process.address = url.removesuffix("/v1")
    return LocalProvider(process)


def over_http(
    make: Callable[[str], Provider],
) -> Callable[[str], AbstractAsyncContextManager[Subject]]:
    @asynccontextmanager
    async def opened(how: str) -> AsyncIterator[Subject]:
        async with ScriptedEndpoint(answer(how)) as endpoint:
            provider = make(endpoint.url)
            yield Subject(provider, endpoint.hung_up)
            await provider.close()

    return opened


class NotingProvider(ScriptedProvider):
    """Tells when a stream was aborted."""

    def __init__(self, how: str) -> None:
        scripts = {
            "good": (*TEXTS, Usage(output_tokens=5)),
            "broken": ("a", "b", ProviderStreamError("cut")),
            "endless": ("a", asyncio.Event()),
        }
        super().__init__(scripts[how])
        self.noted = asyncio.Event()

    async def stream(self, request: Request) -> AsyncGenerator[Delivered, None]:
        try:
            async for item in super().stream(request):
                yield item
        finally:
            self.noted.set()


@asynccontextmanager
async def scripted(how: str) -> AsyncIterator[Subject]:
    provider = NotingProvider(how)
    yield Subject(provider, provider.noted)


OPENERS = {"openai": over_http(openai), "local": over_http(local), "scripted": scripted}


@pytest.fixture(params=OPENERS)
def opened(request: pytest.FixtureRequest) -> Callable[[str], AbstractAsyncContextManager[Subject]]:
    return OPENERS[request.param]


Opened = Callable[[str], AbstractAsyncContextManager[Subject]]


async def test_order(opened: Opened) -> None:
    async with opened("good") as subject:
        await check_order(subject.provider, TEXTS)


async def test_failure(opened: Opened) -> None:
    async with opened("broken") as subject:
        await check_failure(subject.provider, "ab")


@pytest.mark.parametrize("cancel", [True, False], ids=["cancelled", "closed"])
async def test_stop(opened: Opened, *, cancel: bool) -> None:
    async with opened("endless") as subject:
        await check_stop(subject.provider, subject.aborted.wait, cancel=cancel)


async def test_close(opened: Opened) -> None:
    async with opened("good") as subject:
        await check_close(subject.provider)


class QuietProvider(ScriptedProvider):
    """Ends quietly where its endpoint broke off."""

    async def stream(self, request: Request) -> AsyncGenerator[Delivered, None]:
        with suppress(ProviderError):
            async for item in super().stream(request):
                yield item


BACKWARDS = [RawChunk(text, "text", 10**18 - place) for place, text in enumerate(TEXTS)]


@pytest.mark.parametrize(
    ("script", "guarantee"),
    [
        (TEXTS[::-1], "in the endpoint's order"),
        (TEXTS[:-1], "in the endpoint's order"),
        (BACKWARDS, "instants of their arrival"),
        ([RawChunk(text, "text", 0) for text in TEXTS], "instants of their arrival"),
        ([Usage(), *TEXTS], "the usage comes once, last"),
        ([*TEXTS, ProviderStreamError("cut")], "raises nothing"),
    ],
)
async def test_a_provider_out_of_order_is_found_out(script: list[str], guarantee: str) -> None:
    with pytest.raises(NonConformanceError, match=guarantee):
        await check_order(ScriptedProvider(script), TEXTS)


@pytest.mark.parametrize(
    ("provider", "guarantee"),
    [
        (QuietProvider(["a", "b", ProviderStreamError("cut")]), "never ends quietly"),
        (ScriptedProvider(["a", "b", ValueError("x")]), "only ProviderError leaves it"),
        (ScriptedProvider(["a", ProviderStreamError("cut")]), "before the failure is delivered"),
    ],
    ids=["quiet", "foreign error", "lost chunk"],
)
async def test_a_provider_that_fails_badly_is_found_out(provider: Provider, guarantee: str) -> None:
    with pytest.raises(NonConformanceError, match=guarantee):
        await check_failure(provider, "ab")


async def test_a_provider_that_goes_on_is_found_out() -> None:
    provider = ScriptedProvider(["a", "b", asyncio.Event()])
    with pytest.raises(NonConformanceError, match="aborted within 500 ms"):
        await check_stop(provider, asyncio.Event().wait, cancel=False)
