"""One agent's answer, driven into the log until it ends, is stopped, or takes too long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from jupyter_agentchat.agents.base import Agent, Turn
from jupyter_agentchat.agents.limited import limited
from jupyter_agentchat.errors import AgentChatError, AgentError, AgentTimeoutError
from jupyter_agentchat.protocol.lifecycle import Move
from jupyter_agentchat.protocol.model import ErrorInfo
from jupyter_agentchat.runtime.logs import TURN, TurnContext
from jupyter_agentchat.runtime.stream import LiveStream

_log = logging.getLogger(__name__)

IGNORED = "ignored"
"""The reason of a completed stream whose agent chose to say nothing."""


def describe(error: BaseException) -> ErrorInfo:
    """Return what people and programs are told of `error`; foreign ones are the agent's fault."""
    if isinstance(error, AgentChatError):
        return ErrorInfo(code=error.code, message=error.message, retry=error.retry)
    first_line = str(error).strip().partition("\n")[0]
    sentence = f"The agent raised {type(error).__name__}" + (
        f": {first_line}" if first_line else "."
    )
    return ErrorInfo(code=AgentError.code, message=sentence)


class Run:
    """Drives one answer.

    The stream's terminal event is written by whatever comes first: the answer's own end,
    `stop`, or the deadline. The agent's task is cancelled right after it, and nothing that a
    stubborn agent still yields reaches the log.

    Attributes
    ----------
    user : str
        Whose question it answers.
    ended : asyncio.Event
        Set once the terminal event is written.
    """

    def __init__(
        self,
        agent: Agent,
        stream: LiveStream,
        turn: Callable[[], Awaitable[Turn]],
        *,
        user: str,
        timeout_s: float,
    ) -> None:
        self.agent = agent
        self.user = user
        self.stream = stream
        self.ended = asyncio.Event()
        self._turn = turn
        self._timeout_s = timeout_s
        self._task: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Run to the end; only its own cancellation is raised."""
        if self.stream.is_over:
            return
        row = self.stream.row
        TURN.set(TurnContext(agent=row.agent, channel=row.channel, stream=row.stream))
        _log.info("Turn %s of %r in %r begins", row.stream, row.agent, row.channel)
        self.stream.open()
        self._task = asyncio.create_task(self._answer())
        try:
            async with asyncio.timeout(self._timeout_s):
                await self.ended.wait()
        except TimeoutError:
            error = AgentTimeoutError(f"The answer took longer than {self._timeout_s:g} s.")
            self._end(Move.FAIL, error=describe(error))
        except asyncio.CancelledError:
            self._end(Move.INTERRUPT, reason="shutdown")
            raise
        finally:
            self._task.cancel()
            _log.info("Turn %s of %r ends: %s", row.stream, row.agent, self.stream.row.status)

    def stop(self, move: Move, reason: str) -> None:
        """Write the terminal event now, then cancel the agent's task."""
        self._end(move, reason=reason)
        if self._task is not None:
            self._task.cancel()

    async def _answer(self) -> None:
        try:
            await self._consume()
        except asyncio.CancelledError:
            self._end(Move.INTERRUPT, reason="the agent was cancelled")
            raise
        except Exception as error:  # noqa: BLE001 - whatever an agent raises ends its own stream
            if self.stream.is_over:
                return
            if not isinstance(error, AgentChatError):
                _log.warning("Agent %r failed", self.agent.info.name, exc_info=error)
            self._end(Move.FAIL, error=describe(error))
        else:
            self._end(Move.COMPLETE, reason=IGNORED if self.stream.is_silent else None)

    async def _consume(self) -> None:
        answer = limited(self.agent, await self._turn())
        try:
            async for emitted in answer:
                if self.stream.is_over:
                    return
                await self.stream.emit(emitted)
        finally:
            close = getattr(answer, "aclose", None)
            if close is not None:
                await close()

    def _end(
        self, move: Move, *, error: ErrorInfo | None = None, reason: str | None = None
    ) -> None:
        try:
            self.stream.end(move, error=error, reason=reason)
        finally:
            self.ended.set()
