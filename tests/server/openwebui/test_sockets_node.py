"""Both halves with the published client of Socket.IO, in Node."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.node import installed, play


@pytest.mark.parametrize("transport", ["", "websocket", "polling"])
async def test_two_users_a_channel_and_a_chat(chat: Any, as_user: Any, transport: str) -> None:
    assert as_user("ann")
    script = installed() / "openwebui.mjs"
    url = f"{chat.url}agentchat/openwebui/"
    assert "done" in await play(script, url, environment={"TRANSPORT": transport})
