"""Tabs of users: the official Python client of Socket.IO, and what it heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import socketio

Json = dict[str, Any]


class Tab:
    """One connected tab."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.io = socketio.AsyncClient(reconnection=False, http_session=http)
        self.heard: list[tuple[str, Json]] = []
        self.news = asyncio.Event()
        for name in ("events", "events:channel"):
            self.io.on(name, self._hearing(name))

    def _hearing(self, name: str) -> Callable[..., Any]:
        async def hear(payload: Json, *_: object) -> None:
            self.heard.append((name, payload))
            self.news.set()

        return hear

    async def until(self, accept: Callable[[Json], bool]) -> Json:
        """Return the first payload that is accepted, waiting for it if it has not come."""
        async with asyncio.timeout(10):
            while True:
                for _, payload in self.heard:
                    if accept(payload):
                        return payload
                self.news.clear()
                await self.news.wait()

    async def typed(self, kind: str, **fields: Any) -> Json:
        """Return the first payload whose data has a type, and these values."""
        return await self.until(
            lambda payload: (
                payload["data"]["type"] == kind
                and all(payload.get(name) == value for name, value in fields.items())
            )
        )

    def types(self) -> list[str]:
        return [payload["data"]["type"] for _, payload in self.heard]

    async def say(self, channel: str, kind: str, **data: Any) -> None:
        told = {"type": kind, **({"data": data} if data else {})}
        await self.io.call(
            "events:channel", {"channel_id": channel, "message_id": None, "data": told}
        )


@asynccontextmanager
async def tab(chat: Any, user: str, *, transport: str = "websocket") -> AsyncIterator[Tab]:
    """Connect a tab of a user."""
    http = aiohttp.ClientSession()
    opened = Tab(http)
    parts = urlsplit(chat.url)
    try:
        await opened.io.connect(
            f"{parts.scheme}://{parts.netloc}?user={user}",
            socketio_path=f"{parts.path}agentchat/openwebui/ws/socket.io",
            transports=[transport],
        )
        answer = await opened.io.call("user-join", {"auth": {"token": "any"}})
        assert answer["id"] == user
        yield opened
    finally:
        await opened.io.disconnect()
        await http.close()
