"""Streams of an agent through ElizaOS's Socket.IO events, and when their chunks came out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from jupyter_agentchat.client.credential import read_token
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.eliza.exact_urls import ExactUrls
from jupyter_agentchat.errors import AgentError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK

JOIN, SEND = 1, 2
ANSWER_S = 30.0
ROOM = "channelId"


def is_installed() -> bool:
    """Tell whether the extra ``socketio`` is there."""
    return all(find_spec(name) is not None for name in ("aiohttp", "socketio"))


class SocketIOFace:
    """A client in one room, which is alone there: each answer is to its last question.

    Parameters
    ----------
    client : socketio.AsyncClient
        Connected, or about to be.
    room : str
        A channel that is there, in which one agent answers.
    """

    def __init__(self, client: Any, room: str) -> None:  # noqa: ANN401 - untyped
        self._client = client
        self._room = room
        self._arrivals: dict[int, int] = {}
        self._is_over = asyncio.Event()
        client.on("messageStreamChunk", self._chunk)
        client.on("messageComplete", self._complete)

    async def join(self) -> None:
        """Hear what happens in the room from now on."""
        await self._call(JOIN, {})

    async def ask(self, text: str, metadata: Mapping[str, Any]) -> tuple[str, dict[int, int]]:
        """Ask and wait for the whole answer.

        Returns
        -------
        str, dict of int to int
            Its stream, and when each chunk came, by index, in monotonic ns of this process.

        Raises
        ------
        AgentError
            If the server refuses, or says nothing for half a minute.
        """
        self._arrivals = {}
        self._is_over.clear()
        payload = {"message": text, "senderId": self._room, "metadata": dict(metadata)}
        answer = await self._call(SEND, payload)
        try:
            await asyncio.wait_for(self._is_over.wait(), ANSWER_S)
        except TimeoutError:
            raise AgentError("The answer over Socket.IO did not end.") from None
        return str(answer["streams"][0]), self._arrivals

    async def _call(self, kind: int, payload: dict[str, Any]) -> dict[str, Any]:
        envelope = {"type": kind, "payload": {ROOM: self._room, **payload}}
        answer: dict[str, Any] = await self._client.call("message", envelope, timeout=ANSWER_S)
        if answer.get("success") is False:
            raise AgentError(f"The server refused over Socket.IO: {answer.get('error')}")
        return answer

    def _chunk(self, payload: dict[str, Any], *_: object) -> None:
        now = SYSTEM_CLOCK.monotonic_ns()
        first = payload["index"]
        for index in range(first, payload.get("lastIndex", first) + 1):
            self._arrivals[index] = now

    def _complete(self, _payload: dict[str, Any], *_: object) -> None:
        self._is_over.set()


@asynccontextmanager
async def open_socketio(server: Server, room: str) -> AsyncIterator[SocketIOFace]:
    """Connect to ElizaOS's face of a server and join a room.

    Raises
    ------
    AgentError
        If the server refuses.
    """
    import socketio  # noqa: PLC0415 - an extra

    http = ExactUrls()
    client = socketio.AsyncClient(http_session=http, handle_sigint=False, reconnection=False)
    face = SocketIOFace(client, room)
    parts = urlsplit(server.url)
    try:
        await client.connect(
            f"{parts.scheme}://{parts.netloc}",
            headers=server.headers(await read_token(server.token or "")),
            socketio_path=f"{parts.path.strip('/')}/agentchat/eliza/socket.io".strip("/"),
            transports=["websocket"],
            wait_timeout=ANSWER_S,
        )
        await face.join()
        yield face
    except socketio.exceptions.SocketIOError as error:
        raise AgentError(f"The server's Socket.IO face failed: {error}") from None
    finally:
        await client.shutdown()
        await http.close()
