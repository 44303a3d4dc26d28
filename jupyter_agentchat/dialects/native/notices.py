"""Ephemeral frames on their way to one connection; a blocked socket loses the oldest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.frames import Frame

MAX_NOTICES = 256


class Notices:
    """Takes frames at once and writes them one after the other.

    Parameters
    ----------
    write : callable
        Writes one frame; DisconnectedError if the client has gone.
    """

    def __init__(self, write: Callable[[Frame], Awaitable[None]]) -> None:
        self._write = write
        self._waiting: deque[Frame] = deque(maxlen=MAX_NOTICES)
        self._task: asyncio.Task[None] | None = None

    def put(self, frame: Frame) -> None:
        """Take a frame; returns at once."""
        self._waiting.append(frame)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def close(self) -> None:
        """Drop what waits."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        with suppress(DisconnectedError):
            while self._waiting:
                await self._write(self._waiting.popleft())
