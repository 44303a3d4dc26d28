"""An agent's answer through the extractor that it chose: only what people should see."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator

from jupyter_agentchat.agents.base import Agent, Chunk, Emitted, Turn
from jupyter_agentchat.agents.extractors import ExtractorChoice, make_extractor, name_of
from jupyter_agentchat.errors import AgentError
from jupyter_agentchat.extract import BaseExtractor, Extractor, StreamError

SLOW_MS = 5
"""A push that takes longer holds up the loop and is logged."""

_log = logging.getLogger(__name__)


def extracted(agent: Agent, turn: Turn) -> AsyncIterator[Emitted]:
    """Return the agent's answer; through its `extractor` if it has one.

    An agent names it in an attribute `extractor`, as a name or as a callable that makes one, and
    may set `idle_timeout_s`: after so many seconds without a word of the model the stream fails
    with ``TIMEOUT``.

    Raises
    ------
    StreamError, AgentError
        While it is iterated: what the extractor raises ends this stream and no other.
    """
    choice: ExtractorChoice | None = getattr(agent, "extractor", None)
    answer = agent.answer(turn)
    return answer if choice is None else _extracted(answer, choice, agent)


class _Guarded:
    """An extractor whose failures are named and whose slow pushes are logged."""

    def __init__(self, choice: ExtractorChoice) -> None:
        self.name = name_of(choice)
        self.extractor = make_extractor(choice)
        self._is_reported = False

    def push(self, text: str) -> str:
        began = time.perf_counter()
        try:
            shown = self.extractor.push(text)
        except Exception as error:
            raise self._named(error) from error
        took_ms = (time.perf_counter() - began) * 1e3
        if took_ms > SLOW_MS and not self._is_reported:
            self._is_reported = True
            _log.warning(
                "The extractor %r took %.1f ms for one chunk of %d characters; more than %d ms "
                "hold up every stream (further ones of this stream are not logged)",
                self.name,
                took_ms,
                len(text),
                SLOW_MS,
            )
        return shown

    def flush(self) -> str:
        try:
            return self.extractor.flush()
        except Exception as error:
            raise self._named(error) from error

    def _named(self, error: Exception) -> Exception:
        if StreamError.is_stream_error(error):
            return error
        return AgentError(f"The extractor {self.name!r} raised {type(error).__name__}: {error}")


async def _extracted(
    answer: AsyncIterator[Emitted], choice: ExtractorChoice, agent: Agent
) -> AsyncIterator[Emitted]:
    guarded = _Guarded(choice)
    idle_s: float | None = getattr(agent, "idle_timeout_s", None)
    last_ns: int | None = None
    try:
        async for emitted in _within(answer, idle_s, guarded.extractor):
            chunk = Chunk(emitted) if isinstance(emitted, str) else emitted
            if not isinstance(chunk, Chunk) or chunk.kind != "text":
                yield chunk
                continue
            last_ns = chunk.provider_ns
            if shown := guarded.push(chunk.text):
                yield Chunk(shown, "text", last_ns)
        if rest := guarded.flush():
            yield Chunk(rest, "text", last_ns)
    except (asyncio.CancelledError, GeneratorExit):
        if isinstance(guarded.extractor, BaseExtractor):
            guarded.extractor.abort("its stream was stopped")
        raise
    finally:
        close = getattr(answer, "aclose", None)
        if close is not None:
            await close()


async def _within(
    answer: AsyncIterator[Emitted], idle_s: float | None, extractor: Extractor
) -> AsyncIterator[Emitted]:
    """Yield what comes; raise ``TIMEOUT`` if nothing does for too long."""
    while True:
        deadline_ns = None if idle_s is None else time.monotonic_ns() + round(idle_s * 1e9)
        try:
            async with asyncio.timeout(idle_s):
                emitted = await anext(answer)
        except StopAsyncIteration:
            return
        except TimeoutError:
            if isinstance(extractor, BaseExtractor):
                extractor.set_deadline(deadline_ns)
                extractor.check_deadline(max(time.monotonic_ns(), deadline_ns or 0))
            message = f"the model sent nothing for {idle_s:g} s"
            raise StreamError("TIMEOUT", message, {"idleSeconds": idle_s}) from None
        yield emitted
