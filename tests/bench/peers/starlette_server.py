"""Starlette on uvicorn with a queue per viewer: its WebSocket, or sse-starlette's events."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator

import uvicorn
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.bench.peers import serving

ROOMS: dict[int, list[asyncio.Queue[str]]] = defaultdict(list)
LONG_S = 3600


def join(room: str) -> asyncio.Queue[str]:
    """Return the queue of a new viewer."""
    queue: asyncio.Queue[str] = asyncio.Queue()
    ROOMS[int(room)].append(queue)
    return queue


async def sockets(socket: WebSocket) -> None:
    """Serve a viewer by WebSocket."""
    await socket.accept()
    queue = join(socket.query_params["room"])
    await socket.send_text("hello")
    while True:
        await socket.send_text(await queue.get())


async def events(request: Request) -> EventSourceResponse:
    """Serve a viewer by Server-Sent Events."""

    async def messages() -> AsyncIterator[dict[str, str]]:
        queue = join(request.query_params["room"])
        yield {"data": "hello"}
        while True:
            yield {"data": await queue.get()}

    return EventSourceResponse(messages(), ping=LONG_S)


def publish(room: int, message: str, index: int, text: str) -> None:
    """Put the chunk into each queue."""
    data = serving.envelope(room, message, index, text)
    for queue in ROOMS[room]:
        queue.put_nowait(data)


async def main() -> None:
    """Listen and play."""
    app = Starlette(routes=[Route("/sse", events), WebSocketRoute("/ws", sockets)])
    port = serving.options().port
    web = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    serving_web = asyncio.create_task(web.serve())
    while not web.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    await serving.serve(publish)
    await serving_web


if __name__ == "__main__":
    serving.run(main(), fast=True)
