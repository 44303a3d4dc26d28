"""An answer as Open WebUI's clients read it from server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from tornado.iostream import StreamClosedError

from jupyter_agentchat.dialects.openai.telling import Streamed
from jupyter_agentchat.dialects.openai.wire import Completion
from jupyter_agentchat.dialects.openwebui.joining import DeltaJoiner, Piece
from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.events import StreamDelta, StreamSource, Terminal
from jupyter_agentchat.protocol.publication import Publication

IDLE_S = 0.1
"""After so much silence what is held goes out: a slow model is shown as it writes."""


class JoinedStream(Streamed):
    """Joins deltas; sources are messages of their own, ``{"sources": […]}``."""

    joiner: DeltaJoiner
    _idle: asyncio.TimerHandle | None = None
    _flushing: asyncio.Task[None] | None = None

    async def take(self, publications: Sequence[Publication]) -> None:
        """Write what is complete; what is held goes out with more, or after a silence."""
        self._disarm()
        await super().take(publications)
        if self.joiner.holds:
            self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._go_on)

    async def end(self, end: Terminal) -> None:
        """Write what is held, then the end."""
        self._disarm()
        await self._flush()
        await super().end(end)

    def rendered(self, publication: Publication) -> bytes:
        """Return the messages of an event, the held text before anything else."""
        event = publication.event
        if isinstance(event, StreamDelta):
            return pieces(self.completion, self.joiner.feed(event.kind, event.text))
        held = pieces(self.completion, self.joiner.flush())
        if isinstance(event, StreamSource):
            return held + b"data: %b\n\n" % ENCODER.encode({"sources": [event.source]})
        return held

    def _go_on(self) -> None:
        self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        data = pieces(self.completion, self.joiner.flush())
        if data:
            with suppress(StreamClosedError):
                await self.write(data)

    def _disarm(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None


def pieces(completion: Completion, found: Sequence[Piece]) -> bytes:
    """Return the messages of joined deltas."""
    out = b""
    for kind, text in found:
        if kind == "text":
            out += completion.text(text)
        elif kind == "reasoning":
            out += completion.reasoning(text)
    return out
