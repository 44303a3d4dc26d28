"""The adapter over real sockets: our shell on Tornado, with Jupyter's own identity provider."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import httpx
from jupyter_server.auth import AllowAllAuthorizer, IdentityProvider
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketClientConnection, websocket_connect

from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.socketio import (
    CloseReason,
    ConnectionSettings,
    EngineSettings,
    message_frame,
)
from jupyter_agentchat.web.backend import SETTING, Backend
from jupyter_agentchat.web.engineio.client import Client
from jupyter_agentchat.web.engineio.driver import Driver
from jupyter_agentchat.web.engineio.framing import packed
from jupyter_agentchat.web.engineio.handler import EngineHandler
from jupyter_agentchat.web.engineio.mount import Mount, SocketMount
from tests.conformance.socketio import checks
from tests.conformance.socketio.adapter import (
    CONNECT_TIMEOUT_MS,
    MAX_PAYLOAD,
    PATIENCE_MS,
    PING_INTERVAL_MS,
    PING_TIMEOUT_MS,
    Query,
    Response,
)

TOKEN = "conformance"
HEADERS = {"Authorization": f"token {TOKEN}"}
ENGINE = EngineSettings(
    ping_interval_ms=PING_INTERVAL_MS, ping_timeout_ms=PING_TIMEOUT_MS, max_payload=MAX_PAYLOAD
)
SOCKETIO = ConnectionSettings(connect_timeout_ms=CONNECT_TIMEOUT_MS)


class Echo:
    """An Engine.IO application that sends every message back."""

    is_waiting = False

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def receive(self, data: str | bytes, now: int) -> None:  # noqa: ARG002 - the interface
        self._driver.send((message_frame(data),))

    def end(self, reason: CloseReason) -> None:
        pass

    def expel(self) -> None:
        pass

    def next_deadline(self) -> int | None:
        return None

    def handle_timeout(self, now: int) -> None:
        pass

    async def room(self) -> None:
        pass

    def stop(self) -> None:
        pass


class EchoMount(Mount):
    """Sessions of `Echo`."""

    def __init__(self, service: Service) -> None:
        super().__init__(ENGINE, service.clock)

    def upper(self, driver: Driver) -> Echo:
        return Echo(driver)


class CheckedMember:
    """What the Socket.IO checks ask of an application."""

    def __init__(self, client: Client, auth: Mapping[str, object]) -> None:
        self._client = client
        self._auth = auth

    def begin(self, *, recovered: bool) -> None:
        assert not recovered
        self._client.write(packed(self._client.namespace, "auth", self._auth))

    async def event(self, name: str, args: Sequence[object]) -> Sequence[object] | None:
        if name == "message":
            self._client.write(packed(self._client.namespace, "message-back", *args))
        return args if name == "message-with-ack" else None

    def parked(self) -> None:
        raise AssertionError

    async def resume(self, offset: str | None) -> bool:
        raise AssertionError(offset)

    def left(self) -> None:
        pass


class Checked:
    """The application."""

    namespaces: Collection[str] = ("/", "/custom")
    engine = ENGINE
    connection = SOCKETIO
    recovery_s = 0.0

    def credential(self, auth: Mapping[str, object]) -> str | None:
        token = auth.get("token")
        return token if isinstance(token, str) else None

    async def connect(self, client: Client, auth: Mapping[str, object]) -> CheckedMember:
        return CheckedMember(client, auth)

    def close(self) -> None:
        pass


def checked_mount(service: Service) -> SocketMount:
    return SocketMount(Checked(), service)


class SentRequest:
    """A request under way."""

    def __init__(self, task: asyncio.Task[httpx.Response]) -> None:
        self._task = task

    async def response(self) -> Response:
        try:
            async with asyncio.timeout(PATIENCE_MS / 1000):
                response = await self._task
        except httpx.TransportError:
            raise EOFError from None
        return Response(response.status_code, response.text)

    async def abort(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


class OpenSocket:
    """A WebSocket's client end."""

    def __init__(self, connection: WebSocketClientConnection | None) -> None:
        self.accepted = connection is not None
        self._connection = connection

    async def send(self, data: str | bytes) -> None:
        assert self._connection is not None
        await self._connection.write_message(data, binary=isinstance(data, bytes))

    async def receive(self) -> str | bytes:
        if self._connection is None:
            raise EOFError
        async with asyncio.timeout(PATIENCE_MS / 1000):
            data = await self._connection.read_message()
        if data is None:
            raise EOFError
        return data

    async def wait_closed(self) -> None:
        with suppress(EOFError):
            while True:
                await self.receive()


class TornadoServer:
    """The server, and what the checks do to it."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self._url = url
        self._http = http
        self._sockets: list[WebSocketClientConnection] = []

    async def request(self, method: str, query: Query, body: str = "") -> SentRequest:
        request = self._http.request(method, self._url, params=query, content=body or None)
        task = asyncio.create_task(request)
        await asyncio.sleep(0)
        return SentRequest(task)

    async def connect(self, query: Query) -> OpenSocket:
        url = f"{self._url.replace('http', 'ws', 1)}?{urlencode(query)}"
        try:
            connection = await websocket_connect(HTTPRequest(url, headers=HEADERS))
        except HTTPClientError:
            return OpenSocket(None)
        self._sockets.append(connection)
        return OpenSocket(connection)

    def now_ms(self) -> float:
        return time.monotonic() * 1000

    async def sleep(self, milliseconds: int) -> None:
        await asyncio.sleep(milliseconds / 1000)

    def close(self) -> None:
        for socket in self._sockets:
            socket.close()


@asynccontextmanager
async def serving(application: checks.Application) -> AsyncIterator[TornadoServer]:
    """Serve one of the two applications of the checks on a port of the kernel's choice."""
    backend = Backend()
    service = SimpleNamespace(clock=SYSTEM_CLOCK)
    backend.start(service, "memory://")  # type: ignore[arg-type]
    provider = IdentityProvider(token=TOKEN)
    make = {"engine": EchoMount, "socket": checked_mount}[application]

    class Handler(EngineHandler):
        mount_of = staticmethod(lambda backend: backend.beside(make))

    settings: dict[str, Any] = {
        SETTING: backend,
        "allow_remote_access": True,
        "authorizer": AllowAllAuthorizer(),
        "base_url": "/",
        "cookie_secret": "secret",
        "identity_provider": provider,
        "xsrf_cookies": True,
    }
    app = Application([(r"/socket\.io/", Handler)], **settings)
    [listener] = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(app)
    server.add_socket(listener)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/socket.io/"
    async with httpx.AsyncClient(headers=HEADERS) as http:
        checked = TornadoServer(url, http)
        try:
            yield checked
        finally:
            checked.close()
            for made in backend._beside.values():
                made.close()
            server.stop()
            await server.close_all_connections()
            await asyncio.sleep(0)
