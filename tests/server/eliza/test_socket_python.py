"""python-socketio's client, against the ElizaOS dialect."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import socketio


@pytest.fixture
def jp_base_url() -> str:
    return "/user/ada/"  # aiohttp decodes what another fixture's address has escaped


@asynccontextmanager
async def connected(chat: Any, *transports: str, **auth: str) -> AsyncIterator[Any]:
    """Connect as python-socketio does, with a token in CONNECT."""
    base = urlsplit(chat.url)
    token = auth or {"token": chat.app.identity_provider.token}
    async with aiohttp.ClientSession() as http:
        client = socketio.AsyncClient(reconnection=False, http_session=http)
        try:
            await client.connect(
                f"{base.scheme}://{base.netloc}",
                socketio_path=f"{base.path}agentchat/eliza/socket.io",
                transports=list(transports) or None,
                auth=token,
                wait_timeout=10,
            )
            yield client
        finally:
            await client.disconnect()


@pytest.mark.parametrize("transports", [("polling",), ("websocket",), ()], ids=str)
async def test_a_turn(chat: Any, transports: tuple[str, ...]) -> None:
    events: list[tuple[str, Any]] = []
    done = asyncio.Event()
    async with connected(chat, *transports) as client:

        async def hear(name: str, data: Any, *offset: str) -> None:
            events.append((name, data))
            assert len(offset) <= 1
            if data.get("action") == "enable_input":
                done.set()

        client.on("*", hear)
        joined = await client.call("message", {"type": 1, "payload": {"roomId": "lab"}})
        assert joined["channelId"] == "lab"
        payload = {"senderId": "user-123", "roomId": "lab", "message": "hi"}
        ack = await client.call("message", {"type": 2, "payload": payload})
        assert ack["status"] == "received_by_server_and_processing"
        await asyncio.wait_for(done.wait(), 10)
    answers = [data for name, data in events if name == "messageBroadcast"]
    assert [each["text"] for each in answers] == ["hi", "Hello there"]
    chunks = [data for name, data in events if name == "messageStreamChunk"]
    assert "".join(each["chunk"] for each in chunks) == "Hello there"


async def test_a_wrong_token_is_an_error_of_connecting(chat: Any) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError, match="failed to connect"):
        async with connected(chat, "websocket", token="wrong"):
            pass
