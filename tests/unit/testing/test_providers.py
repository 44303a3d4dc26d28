from __future__ import annotations

import asyncio

from jupyter_agentchat.errors import ProviderStreamError
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import RawChunk, Request, Turned
from jupyter_agentchat.testing.clock import FakeClock
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.providers import ScriptedProvider

REQUEST = Request(model="m", turns=[Turned("user", "hi")])


async def test_it_delivers_its_script_and_notes_the_request() -> None:
    own = RawChunk("hm", "reasoning", 3)
    provider = ScriptedProvider([own, "a", Usage(output_tokens=1)], clock=FakeClock(42))
    delivered = [item async for item in provider.stream(REQUEST)]
    assert delivered == [own, RawChunk("a", "text", 42), Usage(output_tokens=1)]
    assert provider.requests == [REQUEST]


async def test_it_fails_where_the_script_says() -> None:
    provider = ScriptedProvider(["a", ProviderStreamError("cut")])
    got, error = await collect(provider.stream(REQUEST))
    assert len(got) == 1
    assert isinstance(error, ProviderStreamError)
    assert provider.aborted == 0


async def test_it_notes_a_stream_that_was_closed_early() -> None:
    provider = ScriptedProvider(["a", asyncio.Event()])
    stream = provider.stream(REQUEST)
    await anext(stream)
    await stream.aclose()
    assert provider.aborted == 1
    await provider.close()
    assert provider.is_closed
