"""What the peers written in Python share: orders come by lines on stdin, answers go to stdout."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from itertools import count
from typing import Any

from tests.bench.work import MESSAGE_CHUNKS, Order, chunks, quantiles_us

Publish = Callable[[int, str, int, str], Awaitable[None] | None]
"""publish(room, message, index, text)"""

_numbers = count()


def options(*modes: str) -> argparse.Namespace:
    """Return port, mode, and where Redis is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--mode", choices=modes)
    parser.add_argument("--redis", default="")
    return parser.parse_args()


def envelope(room: int, message: str, index: int, text: str) -> str:
    """Return the chunk as JSON, about 155 bytes, encoded once as a careful server does."""
    return json.dumps(
        {
            "type": "chunk",
            "chat_id": f"room-{room}",
            "message_id": message,
            "sender": "agent-1",
            "seq": index,
            "delta": text,
        },
        separators=(",", ":"),
    )


def new_message(room: int) -> str:  # noqa: ARG001 - other systems make their messages in a room
    """Return an id of 24 characters."""
    return f"{next(_numbers):024x}"


async def produce(
    order: Order, publish: Publish, begin: Callable[[int], str] = new_message
) -> dict[str, Any]:
    """Play all streams; returns how many chunks there were, and how late they were in µs."""
    late_ns: list[int] = []

    async def play(stream: int) -> int:
        room, number, message = stream % order.rooms, 0, ""
        async for index, text in chunks(order, stream, late_ns):
            if index % MESSAGE_CHUNKS == 0:
                message = begin(room)
            published = publish(room, message, index, text)
            if published is not None:
                await published
            number += 1
        return number

    produced = await asyncio.gather(*map(play, range(order.streams)))
    return {"produced": sum(produced), "late_us": quantiles_us(late_ns)}


async def serve(publish: Publish, begin: Callable[[int], str] = new_message) -> None:
    """Say ready, then play one order after the other until stdin ends."""
    loop = asyncio.get_running_loop()
    orders: asyncio.Queue[str] = asyncio.Queue()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(orders.put_nowait, line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    _tell({"ready": True})
    while True:
        order = Order.loads(await orders.get())
        gc.collect()
        _tell(await produce(order, publish, begin))


def run(main: Coroutine[Any, Any, None], *, fast: bool = False) -> None:
    """Run on asyncio's own loop, or on uvloop as ``uvicorn[standard]`` does."""
    if not fast:
        asyncio.run(main)
        return
    import uvloop  # noqa: PLC0415 - only the peers that bring it have it

    uvloop.run(main)


def _tell(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
