"""An agent's answer within the limits that its question asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator

from msgspec.structs import replace

from jupyter_agentchat.agents.base import Agent, Chunk, Emitted, Turn
from jupyter_agentchat.agents.extracted import extracted
from jupyter_agentchat.agents.generation import (
    CHARS_PER_TOKEN,
    Generation,
    estimated_tokens,
    read_generation,
)
from jupyter_agentchat.extract.stop import StopSequences
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import Finish

LENGTH = "length"


def limited(agent: Agent, turn: Turn) -> AsyncIterator[Emitted]:
    """Return the agent's answer, ended where ``metadata.generation`` says.

    What an agent keeps itself stands in its `honours` (``max_tokens``, ``stop``).

    Raises
    ------
    InvalidInputError
        If the order is wrong.
    """
    wanted = read_generation(turn.metadata)
    honours: frozenset[str] = getattr(agent, "honours", frozenset())
    own = replace(
        wanted,
        max_tokens=None if "max_tokens" in honours else wanted.max_tokens,
        stop=() if "stop" in honours else wanted.stop,
    )
    answer = extracted(agent, turn)
    if own.max_tokens is None and not own.stop and not own.estimate_usage:
        return answer
    return _limited(answer, turn, own)


class _Limit:
    """Cuts chunks to size and counts what is left of them."""

    def __init__(self, wanted: Generation) -> None:
        tokens = wanted.max_tokens
        self.chars = 0
        self._most = None if tokens is None else tokens * CHARS_PER_TOKEN
        self._stops = StopSequences(wanted.stop)

    @property
    def reason(self) -> str | None:
        return LENGTH if self._most is not None and self.chars >= self._most else None

    @property
    def is_over(self) -> bool:
        return self._stops.is_found or self.reason is not None

    def cut(self, chunk: Chunk) -> Chunk:
        text = self._stops.feed(chunk.text) if chunk.kind == "text" else chunk.text
        return self._counted(replace(chunk, text=text))

    def rest(self) -> Chunk:
        return self._counted(Chunk("" if self.is_over else self._stops.finish()))

    def _counted(self, chunk: Chunk) -> Chunk:
        if self._most is not None:
            chunk = replace(chunk, text=chunk.text[: self._most - self.chars])
        self.chars += len(chunk.text)
        return chunk


async def _limited(
    answer: AsyncIterator[Emitted], turn: Turn, wanted: Generation
) -> AsyncIterator[Emitted]:
    limit, is_counted = _Limit(wanted), False
    try:
        async for emitted in answer:
            if isinstance(emitted, str | Chunk):
                chunk = limit.cut(Chunk(emitted) if isinstance(emitted, str) else emitted)
                if chunk.text:
                    yield chunk
                if limit.is_over:
                    break
            else:
                is_counted |= isinstance(emitted, Usage)
                yield emitted
    finally:
        close = getattr(answer, "aclose", None)
        if close is not None:
            await close()
    if (rest := limit.rest()).text:
        yield rest
    if limit.reason is not None:
        yield Finish(limit.reason)
    if wanted.estimate_usage and not is_counted:
        yield _estimate(turn, limit.chars)


def _estimate(turn: Turn, chars: int) -> Usage:
    asked = sum(len(message.text) for message in (*turn.history, turn.message))
    return Usage(
        input_tokens=estimated_tokens(asked),
        output_tokens=estimated_tokens(chars),
        source="estimate",
    )
