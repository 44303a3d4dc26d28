"""A model endpoint that delivers exactly what a test wrote down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.providers.base import Delivered, RawChunk, Request

Step = Delivered | str | BaseException | asyncio.Event
"""What a script does next: deliver it (a str is a chunk of text), raise it, or wait for it."""


class ScriptedProvider:
    """A `Provider` that plays a script, the same one for every request.

    Parameters
    ----------
    script : sequence of Step
        Played in order.
    name : str
        The provider's name.
    clock : Clock
        Stamps the chunks that are written as plain text.

    Attributes
    ----------
    requests : list of Request
        What was asked, in order.
    aborted : int
        How many streams were cancelled, or closed before their end.
    is_closed : bool
        Whether `close` was called.
    """

    def __init__(
        self,
        script: Sequence[Step] = ("Hello", " there"),
        *,
        name: str = "scripted",
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.name = name
        self.requests: list[Request] = []
        self.aborted = 0
        self.is_closed = False
        self._script = tuple(script)
        self._clock = clock

    async def stream(self, request: Request) -> AsyncGenerator[Delivered, None]:
        """Play the script."""
        self.requests.append(request)
        try:
            for step in self._script:
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, str):
                    yield RawChunk(step, "text", self._clock.monotonic_ns())
                else:
                    yield step
        except (asyncio.CancelledError, GeneratorExit):
            self.aborted += 1
            raise

    async def close(self) -> None:
        """Note that it was closed."""
        self.is_closed = True
