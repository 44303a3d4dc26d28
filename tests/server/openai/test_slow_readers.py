"""A client of the endpoint that stops reading: it is cut off, and its answer is stopped."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from jupyter_agentchat.dialects.openai.handlers import StreamingHandler
from tests.server.stalled import Stalled

ENDLESS = {"chunks": 30_000, "chars": 400, "ttft_ms": 0, "icl_ms": 1, "seed": 7}
HEADER = "X-Agentchat-Channel: lab"


@pytest.fixture
def agentchat_config() -> dict[str, Any]:
    return {"default_agents": ["synthetic"], "reader_budget_s": 1.0}


async def ask(reader: Stalled, spec: dict[str, Any]) -> None:
    asked = {
        "model": "synthetic",
        "messages": [{"role": "user", "content": "go"}],
        "metadata": {"synthetic": spec},
        "stream": True,
    }
    body = json.dumps(asked).encode()
    await reader.open("openai/v1/chat/completions", HEADER, body=body)
    assert b" 200 " in reader.head.splitlines()[0], reader.head


async def test_a_client_that_takes_nothing_is_cut_off_and_its_answer_stopped(
    chat: Any,
) -> None:
    await _cut_off(chat, patience_s=10)


async def _cut_off(chat: Any, patience_s: float) -> None:
    await chat.channel()
    with Stalled(chat.url, chat.app.identity_provider.token) as reader:
        await ask(reader, ENDLESS)
        async with asyncio.timeout(patience_s):
            while chat.service.connections:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)
    streams = (await chat.get("api/log/streams?format=json")).json()
    assert [each["status"] for each in streams] == ["cancelled"]


async def test_a_client_that_reads_gets_all_though_it_takes_longer_than_the_budget(
    chat: Any,
) -> None:
    await chat.channel()
    with Stalled(chat.url, chat.app.identity_provider.token) as reader:
        await ask(reader, {**ENDLESS, "chunks": 2_000, "icl_ms": 0, "pace": False})
        for _ in range(12):
            await asyncio.sleep(0.1)
            await reader.more()
        await reader.read(lambda: reader.data.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n"))


async def test_a_server_that_waits_for_ever_is_found(
    chat: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StreamingHandler, "_flush_in_time", StreamingHandler.flush)
    with pytest.raises(TimeoutError):
        await _cut_off(chat, patience_s=2.5)
