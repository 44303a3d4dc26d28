"""python-socketio's client as the one thing a manager needs: a socket that comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from jupyter_agentchat.client.eliza.exact_urls import ExactUrls
from jupyter_agentchat.errors import (
    ForbiddenError,
    InvalidInputError,
    ServerNotFoundError,
    UnavailableError,
)

Payload = dict[str, Any]
Auth = Callable[[], Awaitable[Payload]]
HANDSHAKE_S = 10.0
MISSING = (
    "ElizaOS's events need python-socketio: "
    "pip install 'jupyter-agentchat[socketio]', then restart."
)


class Hearing(Protocol):
    """Who hears the socket; every call must return at once."""

    def heard(self, name: str, payload: Payload) -> None:
        """Take an event."""
        ...

    def lost(self, reason: str) -> None:
        """Note that the connection is gone."""
        ...

    def gone(self) -> None:
        """Note that it will not come back by itself."""
        ...


class Wire(Protocol):
    """A Socket.IO connection that is opened again when it is lost."""

    async def open(self) -> None:
        """Connect; raises AgentChatError if that is impossible."""
        ...

    def say(self, name: str, payload: Payload | None) -> None:
        """Send an event; what is said goes out in order, and not at all without a connection."""
        ...

    async def close(self) -> None:
        """End it; twice does nothing."""
        ...


class SocketIOWire:
    """One connection.

    Guarantees
    ----------
    Recovery
        It comes back with the session and the offset that the server gave, as socket.io-client
        does and python-socketio does not by itself.

    Parameters
    ----------
    url : str
        The ElizaOS server, with a trailing slash.
    auth : callable
        Returns what CONNECT carries; asked at each connection.
    options : mapping
        For ``socketio.AsyncClient``.
    transports : list of str, optional
        ``polling``, ``websocket`` or both.
    """

    def __init__(
        self,
        url: str,
        auth: Auth,
        hearing: Hearing,
        options: Mapping[str, Any],
        transports: list[str] | None = None,
    ) -> None:
        try:
            import socketio  # noqa: PLC0415 - an extra
        except ImportError:
            raise UnavailableError(MISSING) from None
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise InvalidInputError(
                "The URL of an ElizaOS server looks like http://localhost:8888/agentchat/eliza, "
                f"not {url!r}."
            )
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._path = f"{parts.path.strip('/')}/socket.io".strip("/")
        self._auth = auth
        self._hearing = hearing
        self._transports = transports
        self._http: ExactUrls | None = None
        ours = {"http_session": self._open_http, "handle_sigint": False}
        self._client = socketio.AsyncClient(**ours, **options)
        self._error = socketio.exceptions.SocketIOError
        self._refusal: str | None = None
        self._place: dict[str, str] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._listen()

    async def open(self) -> None:
        """Connect; ForbiddenError if the server refuses, ServerNotFoundError if there is none."""
        self._refusal = None
        try:
            await self._client.connect(
                self._origin,
                auth=self._credentials,
                socketio_path=self._path,
                transports=self._transports,
                wait_timeout=HANDSHAKE_S,
            )
        except self._error as error:
            await self._close_http()
            if self._refusal is not None:
                raise ForbiddenError(self._refusal) from None
            raise ServerNotFoundError(
                f"No ElizaOS server answers at {self._origin}/{self._path}/ ({error})."
            ) from None

    def say(self, name: str, payload: Payload | None) -> None:
        """Send an event, after those that were sent before."""
        if self._client.get_sid() is not None:
            task = asyncio.create_task(self._emit(name, payload))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        """End it, and every try to come back."""
        self._place.clear()
        await self._client.shutdown()
        await self._close_http()

    def _open_http(self) -> ExactUrls:
        self._http = ExactUrls()
        return self._http

    async def _close_http(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def _emit(self, name: str, payload: Payload | None) -> None:
        try:
            await self._client.emit(name, payload)
        except self._error:
            return  # what has no answer is said again on the next connection

    async def _credentials(self) -> Payload:
        return {**await self._auth(), **self._place}

    def _listen(self) -> None:
        client = self._client
        inner = client._handle_connect  # noqa: SLF001 - the only place where the session's key shows

        async def connected(namespace: str | None, data: Payload | None) -> None:
            pid = (data or {}).get("pid")
            if isinstance(pid, str) and pid != self._place.get("pid"):
                self._place = {"pid": pid}
            await inner(namespace, data)

        client._handle_connect = connected  # noqa: SLF001 - same
        client.on("*", self._take)
        client.on("disconnect", self._lost)
        client.on("__disconnect_final", self._hearing.gone)
        client.on("connect_error", self._refused)

    def _take(self, name: str, *args: object) -> None:
        if "pid" in self._place and len(args) > 1 and isinstance(args[-1], str):
            self._place["offset"] = args[-1]
        payload = args[0] if args else None
        if isinstance(payload, dict):
            self._hearing.heard(name, payload)

    def _lost(self, reason: object = None) -> None:
        self._hearing.lost(str(reason or "The connection broke."))

    def _refused(self, data: object) -> None:
        if isinstance(data, dict) and data.get("message"):
            self._refusal = str(data["message"])
