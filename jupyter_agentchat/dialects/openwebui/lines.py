"""What a tab brings of a model's answer that it asked for itself, line by line."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping

from jupyter_agentchat.errors import ProviderError, ProviderStreamError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.codec import ENCODER

MAX_BYTES = 4 * 1024 * 1024
"""What may wait to be read; a tab that brings more at once has its stream ended."""


class Lines:
    """A bounded queue of one answer's bytes, with the instant at which each came.

    After `fail` and after `put` of ``{"done": true}`` whatever else comes is dropped.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._size = 0
        self._is_done = False
        self._error: ProviderError | None = None
        self._news = asyncio.Event()

    def put(self, said: object) -> None:
        """Take one line of server-sent events, one object of them, or ``{"done": true}``."""
        if self._is_done or self._error is not None:
            return
        if isinstance(said, Mapping) and said.get("done") is True:
            self._is_done = True
        elif data := _event(said):
            self._waiting.append((self._clock.monotonic_ns(), data))
            self._size += len(data)
        if self._size > MAX_BYTES:
            self.fail(
                ProviderStreamError(
                    "The tab brings its model's answer faster than it can be taken."
                )
            )
        self._news.set()

    def fail(self, error: ProviderError) -> None:
        """End it with an error; what waits is still read, unless it is too much."""
        if not self._is_done and self._error is None:
            self._error = error
            self._news.set()

    async def get(self) -> tuple[int, bytes] | None:
        """Return the next bytes and their instant; None at the end.

        Raises
        ------
        ProviderError
            What `fail` was given, after all that came before.
        """
        while not self._waiting:
            if self._error is not None:
                raise self._error
            if self._is_done:
                return None
            self._news.clear()
            await self._news.wait()
        at_ns, data = self._waiting.popleft()
        self._size -= len(data)
        return at_ns, data


def _event(said: object) -> bytes:
    """Return a line, or an object, as one server-sent event."""
    if isinstance(said, Mapping):
        return b"data: %b\n\n" % ENCODER.encode(said)
    if not isinstance(said, str) or not said.strip():
        return b""
    line = said if said.startswith(("data:", ":", "event:")) else f"data: {said}"
    return f"{line}\n\n".encode()
