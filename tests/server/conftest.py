"""A Jupyter server with the extension, in this process, and small clients of its faces."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.server.extension import AgentChatApp
from jupyter_agentchat.testing.agents import ScriptedAgent, never

Json = dict[str, Any]


@pytest.fixture
def agentchat_config() -> Json:
    """Traits of the extension; tests override it."""
    return {}


@pytest.fixture
def jp_server_config(agentchat_config: Json) -> Json:
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_agentchat": True}},
        "AgentChatApp": {
            "store_url": "memory://",
            "default_agents": ["hello"],
            "freeze_heap": False,  # a test leaves garbage, which the collector must find
            **agentchat_config,
        },
    }


class Sse:
    """The messages of one event stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def __aiter__(self) -> AsyncIterator[Json]:
        message: Json = {}
        async for line in self._lines:
            if not line:
                if message:
                    yield message
                message = {}
            elif not line.startswith(":"):
                name, _, value = line.partition(": ")
                message[name] = json.loads(value) if name == "data" else value

    async def until(self, kind: str) -> list[Json]:
        """Return messages up to and including the first of `kind`."""
        out = []
        async for message in self:
            out.append(message)
            if message["event"] == kind:
                break
        return out


class Socket:
    """One native WebSocket."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self.raw = connection
        self.frames: list[Json] = []

    async def say(self, op: str, **fields: object) -> None:
        await self.raw.write_message(json.dumps({"op": op, **fields}))

    async def hear(self) -> Json | None:
        text = await asyncio.wait_for(self.raw.read_message(), 10)
        if text is None:
            return None
        frame: Json = json.loads(text)
        self.frames.append(frame)
        return frame

    async def until(self, accept: Callable[[Json], bool]) -> Json:
        while (frame := await self.hear()) is not None:
            if accept(frame):
                return frame
        raise AssertionError(f"closed with {self.raw.close_code}: {self.raw.close_reason}")

    async def ask(self, op: str, **fields: object) -> Json:
        ref = f"r{len(self.frames)}"
        await self.say(op, ref=ref, **fields)
        return await self.until(lambda frame: frame.get("ref") == ref)

    async def event(self, kind: str) -> Json:
        """Return the first event of `kind`, waiting for it if it has not come."""
        while True:
            for event in self.events():
                if event["type"] == kind:
                    return event
            await self.until(lambda frame: "events" in frame)

    def events(self) -> list[Json]:
        return [event for frame in self.frames for event in frame.get("events", ())]


class Chat:
    """The server and its clients."""

    def __init__(self, app: ServerApp, url: str, token: str) -> None:
        self.app = app
        self.extension: AgentChatApp = (
            app.extension_manager.extension_apps["jupyter_agentchat"].copy().pop()
        )
        self.url = url
        self.headers = {"Authorization": f"token {token}"}
        self.http = httpx.AsyncClient(base_url=f"{url}agentchat/", headers=self.headers)

    @property
    def service(self) -> Service:
        return self.extension.backend.service

    async def get(self, path: str, **kw: Any) -> httpx.Response:
        return await self.http.get(path, **kw)

    async def post(self, path: str, body: object = None, **kw: Any) -> httpx.Response:
        return await self.http.post(path, json={} if body is None else body, **kw)

    async def channel(self, id: str = "lab", **fields: object) -> str:
        response = await self.post("api/channels", {"id": id, **fields})
        assert response.status_code == 201, response.text
        return f"api/channels/{quote(id, safe='')}"

    async def send(self, text: str, channel: str = "lab", **fields: object) -> Json:
        response = await self.post(f"api/channels/{channel}/messages", {"text": text, **fields})
        assert response.is_success, response.text
        answer: Json = response.json()
        return answer

    async def messages(self, channel: str = "lab") -> list[Json]:
        found: list[Json] = (await self.get(f"api/channels/{channel}/messages")).json()["messages"]
        return found

    @asynccontextmanager
    async def sse(
        self, path: str, method: str = "GET", headers: Json | None = None, **kw: Any
    ) -> AsyncIterator[Sse]:
        async with self.http.stream(method, path, headers=headers, timeout=20, **kw) as response:
            yield Sse(response)

    @asynccontextmanager
    async def socket(self, headers: Json | None = None) -> AsyncIterator[Socket]:
        url = f"{self.url}agentchat/ws".replace("http", "ws", 1)
        request = HTTPRequest(url, headers=self.headers if headers is None else headers)
        connection = await websocket_connect(request)
        try:
            yield Socket(connection)
        finally:
            connection.close()


class Gate(ScriptedAgent):
    """An agent that stops in the middle until it is let go."""

    def __init__(self, name: str = "gated") -> None:
        self.gate = asyncio.Event()
        super().__init__(["one ", "two ", self.gate, "three"], name=name, policy="parallel")


@pytest.fixture
def agents() -> list[ScriptedAgent]:
    boom = RuntimeError("boom")
    return [
        ScriptedAgent(["Hello", " there"], name="hello"),
        ScriptedAgent([boom], name="raises-before"),
        ScriptedAgent(["one ", boom, "two"], name="raises-during"),
        ScriptedAgent(["one ", "two", boom], name="raises-after"),
        ScriptedAgent(["one ", never()], name="endless", policy="parallel"),
        Gate(),
    ]


Run = Callable[[Awaitable[Any]], Any]


@pytest.fixture
def run(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Run:
    return jp_asyncio_loop.run_until_complete


@pytest.fixture
def url(http_server: object, jp_http_port: int, jp_base_url: str) -> str:  # noqa: ARG001 - it listens
    return f"http://127.0.0.1:{jp_http_port}{jp_base_url}"


@pytest.fixture
def chat(
    jp_serverapp: ServerApp, url: str, agents: list[ScriptedAgent], run: Run
) -> Iterator[Chat]:
    run(jp_serverapp.extension_manager.start_all_extensions())  # type: ignore[no-untyped-call]
    chat = Chat(jp_serverapp, url, jp_serverapp.identity_provider.token)
    for agent in agents:
        chat.service.registry.add(agent)
    yield chat
    run(chat.http.aclose())
    run(chat.extension.stop_extension())
