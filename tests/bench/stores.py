"""Logs that measurements begin with, written by the product itself."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from jupyter_agentchat import store
from jupyter_agentchat.client.aio import AsyncChat
from jupyter_agentchat.client.embedded import OWNER, EmbeddedTransport
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.store.open import open_store

ROOM = "room-0"
MESSAGE = "The measured median of the stream was steady until the model had to wait once more. " * 4
STREAM_CHUNKS = 1000
CHUNK_CHARS = 20
_AT_ONCE = 100
_CHANNELS = 10
_UNLIMITED = Settings(sends_per_minute=10_000_000, live_streams_per_user=1_000)


def with_messages(path: Path, count: int) -> None:
    """Write a log of one room in which a user has said `count` things of 340 characters."""

    async def fill(service: Service) -> None:
        await service.ensure_channel(ROOM)
        origin = Origin(transport="embedded", t_request=SYSTEM_CLOCK.monotonic_ns())
        for start in range(0, count, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, count))
            texts = [Outgoing(text=f"{number}. {MESSAGE}", agents=()) for number in numbers]
            await asyncio.gather(*(service.send(ROOM, OWNER, text, origin) for text in texts))

    _write(path, fill)


def with_chunks(path: Path, count: int) -> None:
    """Write a log of `count` chunks in streams of 1,000 that one reader has seen."""

    async def fill(service: Service) -> None:
        chat = AsyncChat(EmbeddedTransport(service))
        order = {"chunks": STREAM_CHUNKS, "chars": CHUNK_CHARS, "pace": False}

        async def read(room: int) -> None:
            for number in range(room, count // STREAM_CHUNKS, _CHANNELS):
                metadata = {"synthetic": {**order, "seed": number}}
                async for _ in chat.stream(
                    "Go", agent="synthetic", channel=f"room-{room}", metadata=metadata
                ):
                    pass

        await asyncio.gather(*map(read, range(_CHANNELS)))
        await chat.close()

    _write(path, fill)
    log = open_store(f"sqlite:///{path}", SYSTEM_CLOCK)
    while log.tidy(quiet=True):
        pass
    log.close()


def _write(path: Path, fill: Callable[[Service], Awaitable[None]]) -> None:
    async def main() -> None:
        service = await compose(f"sqlite:///{path}", settings=_UNLIMITED)
        await service.start()
        try:
            await fill(service)
        finally:
            await service.close()

    path.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(main())


def version() -> str:
    """Return a name for the store as it is now, so that files of an older one are not used."""
    sources = sorted(Path(store.__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
