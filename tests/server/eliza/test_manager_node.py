"""Our own client manager in Node, with the published socket.io-client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.clients.node import HERE, play
from tests.clients.own import bundled


@pytest.fixture
def agentchat_config() -> dict[str, Any]:
    return {"default_agents": ["hello"]}


@pytest.mark.parametrize(
    ("mode", "transport"),
    [
        ("recovered", "websocket"),
        ("recovered", "polling,websocket"),
        ("joined", "websocket"),
        ("history", "websocket"),
    ],
)
async def test_200_messages_over_lost_wires(
    chat: Any, tmp_path: Path, mode: str, transport: str
) -> None:
    token = str(chat.app.identity_provider.token)
    script = HERE / "own_eliza.mjs"
    said = await play(script, bundled(tmp_path), chat.url, token, mode, transport)
    assert said == "ok 200\n"
