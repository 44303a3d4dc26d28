"""Streams of the agent `synthetic` through each face, and when their chunks came out of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from jupyter_agentchat.client.aio import AsyncChat
from jupyter_agentchat.client.connecting import connect_async
from jupyter_agentchat.client.credential import Token
from jupyter_agentchat.client.discover import discover
from jupyter_agentchat.client.reply import Reply
from jupyter_agentchat.errors import AgentError
from jupyter_agentchat.experiment.drivers import (
    EventsDriver,
    OpenAIDriver,
    http_client,
    lane_of,
    without_history,
)
from jupyter_agentchat.experiment.runner import Driver
from jupyter_agentchat.experiment.socketio_face import SocketIOFace, is_installed, open_socketio
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.ids import token as random_token

AGENT = "synthetic"
PROMPT = "Tell when."


class Played(Struct, frozen=True):
    """One stream as it came out: instants of this process in monotonic ns, by the chunk's index."""

    stream: str
    arrivals: dict[int, int]


Play = Callable[[Mapping[str, Any]], Awaitable[Played]]
"""Orders one stream of this form and reads it to its end."""


class Face(Struct, frozen=True):
    """A way to a service.

    Attributes
    ----------
    chat : AsyncChat
        Reads the log of the service.
    """

    name: str
    play: Play
    chat: AsyncChat


@asynccontextmanager
async def open_faces(url: str | None, token: Token | None) -> AsyncIterator[list[Face]]:
    """Give the faces: a runtime in this process, and those of a server where there is one.

    ElizaOS's Socket.IO is among them where its client, the extra ``socketio``, is installed.
    The channels that they play in are deleted at the end.

    Raises
    ------
    ServerNotFoundError, ForbiddenError
        If a server was named and does not answer, or refuses.
    """
    channel = f"selfcheck-{random_token(8)}"
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(await connect_async(embedded=True))
        faces = [Face("embedded", _socket(here, channel), here)]
        server = discover(url, token)
        chat = await stack.enter_async_context(await connect_async(url, token))
        if server is not None and not chat.embedded:
            http = await stack.enter_async_context(await http_client(server))
            room = f"{channel}-room"
            for name in (channel, lane_of(channel, 0), room):
                stack.push_async_callback(_delete, http, name)
            events, openai = EventsDriver(http, channel, chat), OpenAIDriver(http, chat)
            faces += [
                Face("ws", _socket(chat, channel), chat),
                Face("sse", _driven(events), chat),
                Face("openai", _driven(openai), chat),
            ]
            if is_installed():
                await chat.join(room, [AGENT])
                there = await stack.enter_async_context(open_socketio(server, room))
                faces.append(Face("socket.io", _told(there), chat))
        yield faces


async def _delete(http: Any, channel: str) -> None:  # noqa: ANN401 - httpx is slow to import
    with suppress(Exception):  # it is tidied up, or it is not
        await http.delete(f"api/channels/{quote(channel, safe='')}")


def _socket(chat: AsyncChat, channel: str) -> Play:
    async def play(order: Mapping[str, Any]) -> Played:
        arrivals: dict[int, int] = {}
        ends: list[Reply] = []
        metadata = without_history({AGENT: dict(order)})
        chunks = chat.stream(
            PROMPT, agent=AGENT, channel=channel, metadata=metadata, on_end=ends.append
        )
        async for chunk in chunks:
            arrivals[chunk.index] = SYSTEM_CLOCK.monotonic_ns()
        return _whole(ends[0].stream_id, arrivals, order)

    return play


def _driven(driver: Driver) -> Play:
    async def play(order: Mapping[str, Any]) -> Played:
        seen = await driver.ask(
            PROMPT, agent=AGENT, lane=0, metadata={AGENT: dict(order)}, t_intended=None
        )
        return _whole(seen.stream_id, dict(enumerate(seen.timeline.t_chunks)), order)

    return play


def _told(room: SocketIOFace) -> Play:
    async def play(order: Mapping[str, Any]) -> Played:
        stream, arrivals = await room.ask(PROMPT, without_history({AGENT: dict(order)}))
        return _whole(stream, arrivals, order)

    return play


def _whole(stream: str, arrivals: dict[int, int], order: Mapping[str, Any]) -> Played:
    if len(arrivals) != order["chunks"]:
        message = (
            f"{len(arrivals)} chunks came of {order['chunks']}: the machine is too busy to check "
            "its instants, or the stream failed. Try again."
        )
        raise AgentError(message)
    return Played(stream, arrivals)
