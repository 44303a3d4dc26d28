"""python-socketio on uvicorn, as Open WebUI has it: an event ``events`` to a room.

``deltas`` sends each chunk; ``whole`` the message so far with each chunk, as Open WebUI 0.6 does.
With ``--redis`` all goes through the Redis manager, as it does with several workers.
"""

from __future__ import annotations

import asyncio

import socketio
import uvicorn

from tests.bench.peers import serving

options = serving.options("deltas", "whole")
server = socketio.AsyncServer(
    async_mode="asgi",
    cors_allowed_origins=[],
    transports=["websocket"],
    always_connect=True,
    client_manager=socketio.AsyncRedisManager(options.redis) if options.redis else None,
)
texts: dict[str, str] = {}


async def join(sid: str, room: str) -> None:
    """Join a room and say so."""
    await server.enter_room(sid, room)
    await server.emit("joined", {}, to=sid)


server.on("join", join)


async def publish(room: int, message: str, index: int, text: str) -> None:
    """Emit one chunk."""
    kind = "chat:message:delta"
    if options.mode == "whole":
        kind = "chat:completion"
        text = texts[message] = texts.get(message, "") + text
    data = {"type": kind, "data": {"content": text}, "seq": index}
    body = {"chat_id": f"room-{room}", "message_id": message, "data": data}
    await server.emit("events", body, room=f"room-{room}")


async def main() -> None:
    """Listen and play."""
    app = socketio.ASGIApp(server, socketio_path="/ws/socket.io")
    config = uvicorn.Config(app, host="127.0.0.1", port=options.port, log_level="warning")
    web = uvicorn.Server(config)
    serving_web = asyncio.create_task(web.serve())
    while not web.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    await serving.serve(publish)
    await serving_web


if __name__ == "__main__":
    serving.run(main(), fast=True)
