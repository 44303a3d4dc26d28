"""When a load plan meant a request to be sent stands beside the request, on the server's clock."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

import jupyter_agentchat as ac
from jupyter_agentchat.client.aio import AsyncChat
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from tests.processes import TOKEN, jupyter_server

pytestmark = pytest.mark.timeout(120)

HEADER = "X-Agentchat-Intended-Ns"
EARLY_NS = 50_000_000


async def _delay(chat: AsyncChat) -> int:
    """Send one message that was meant 50 ms ago; return request minus intended in ns."""
    intended = SYSTEM_CLOCK.monotonic_ns() - EARLY_NS
    async for _ in chat.stream("hi", agent="echo", t_intended=intended):
        pass
    streams = await chat.log().streams()
    (row,) = streams.to_dict("records")
    return int(row["t_request"]) - int(row["t_intended"])


async def test_embedded() -> None:
    """The same clock: exactly what was given."""
    async with await ac.connect_async(embedded=True) as chat:
        assert await _delay(chat) >= EARLY_NS


async def test_over_the_network(tmp_path: Path) -> None:
    """The client's instant is carried to the server's clock by the measured offset."""
    with jupyter_server(tmp_path) as server:
        async with await ac.connect_async(server.url, TOKEN) as chat:
            assert EARLY_NS * 0.9 <= await _delay(chat) < EARLY_NS + 30_000_000_000


async def test_by_rest_and_with_nonsense(tmp_path: Path) -> None:
    """REST takes it as well; what is no instant is refused in a sentence."""
    with jupyter_server(tmp_path) as server:
        async with httpx.AsyncClient(
            base_url=f"{server.url}agentchat/api/", headers={"Authorization": f"token {TOKEN}"}
        ) as client:
            await client.post("channels", json={"id": "lab"})
            for wrong in (2**80, "soon", 1.5):
                refused = await client.post(
                    "channels/lab/messages", json={"text": "hi", "t_intended": wrong}
                )
                assert refused.status_code == 400
                assert "t_intended" in refused.json()["error"]["message"]
            right = {"text": "hi", "agents": ["echo"], "mode": "sync", "t_intended": 12}
            assert (await client.post("channels/lab/messages", json=right)).status_code == 200
            rows = (await client.get("log/streams", params={"format": "json"})).json()
            assert "12" in str(rows)


async def test_by_openai_and_with_nonsense(tmp_path: Path) -> None:
    """A header carries it; what is no instant is refused in a sentence."""
    body = {"model": "echo", "messages": [{"role": "user", "content": "hi"}]}
    with jupyter_server(tmp_path) as server:
        async with httpx.AsyncClient(
            base_url=f"{server.url}agentchat/", headers={"Authorization": f"token {TOKEN}"}
        ) as client:
            for wrong in (str(2**80), "soon", "1.5"):
                refused = await client.post(
                    "openai/v1/chat/completions", json=body, headers={HEADER: wrong}
                )
                assert refused.status_code == 400
                assert HEADER in refused.json()["error"]["message"]
            for headers in ({HEADER: "-12"}, {}):
                answer = await client.post("openai/v1/chat/completions", json=body, headers=headers)
                assert answer.status_code == 200
            rows = (await client.get("api/log/streams", params={"format": "json"})).json()
    assert [row["t_intended"] for row in rows] == [-12, None]
