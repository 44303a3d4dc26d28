"""OpenAI's own client against the server of this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openai import AsyncOpenAI

from jupyter_agentchat.agents.base import Chunk, Emitted, Status
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import Finish
from jupyter_agentchat.testing.agents import ScriptedAgent

THINKS: list[Emitted] = [
    Status("looking"),
    Chunk("Hm. ", "reasoning"),
    "Hel",
    "lo 😀",
    Usage(input_tokens=11, output_tokens=3),
]


@pytest.fixture
def client(chat: Any, run: Any) -> Iterator[AsyncOpenAI]:
    chat.service.registry.add(ScriptedAgent(THINKS, name="thinks", policy="parallel"))
    chat.service.registry.add(ScriptedAgent(["cut", Finish("length")], name="cut"))
    chat.service.registry.add(ScriptedAgent([], name="silent"))
    client = AsyncOpenAI(
        base_url=f"{chat.url}agentchat/openai/v1",
        api_key=chat.headers["Authorization"].removeprefix("token "),
        timeout=20,
    )
    yield client
    run(client.close())
