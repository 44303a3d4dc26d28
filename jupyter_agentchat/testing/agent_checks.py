"""The guarantees of `jupyter_agentchat.agents.base.Agent`, one check each.

Run all of `AGENT_CHECKS` on an agent of your own, each on a fresh one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final, get_args

from jupyter_agentchat.agents.base import Agent, Chunk, Emitted, Turn, TurnPolicy
from jupyter_agentchat.protocol.model import AgentInfo, ChunkKind, Usage
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.conformance import STOP_LIMIT_S, NonConformanceError, ensure

AgentCheck = Callable[[Agent, Turn], Awaitable[None]]
"""Takes an agent and a turn that it answers with at least two chunks."""


async def check_identity(agent: Agent, _turn: Turn) -> None:
    """Check that it has a name and a policy."""
    ensure(isinstance(agent.info, AgentInfo), "info is an AgentInfo")
    ensure(agent.info.name.strip() == agent.info.name != "", "its name has no blanks around it")
    ensure(agent.policy in get_args(TurnPolicy), "its policy is one of the three")


async def check_answer(agent: Agent, turn: Turn) -> None:
    """Check that it yields what an answer may yield, and ends by itself."""
    items, error = await collect(agent.answer(turn))
    ensure(error is None, f"it answers without an error: {error!r}")
    for item in items:
        ensure(isinstance(item, get_args(Emitted)), f"{type(item).__name__} may be yielded")
        ensure(item != "", "no chunk is empty")
        if isinstance(item, Chunk):
            ensure(item.text, "no chunk is empty")
            ensure(item.kind in get_args(ChunkKind), f"{item.kind} is a kind of chunk")
    usages = [place for place, item in enumerate(items, 1) if isinstance(item, Usage)]
    ensure(usages in ([], [len(items)]), "the usage comes once, last")


async def check_stop(agent: Agent, turn: Turn) -> None:
    """Check that a stopped answer is over at once, and the next turn is answered."""
    for stop in (_close, _cancel):
        answer = agent.answer(turn)
        if not isinstance(answer, AsyncGenerator):
            raise NonConformanceError("answer is an asynchronous generator")
        await anext(answer)
        with contextlib.suppress(asyncio.CancelledError):
            async with _limit("a stopped answer is over within 500 ms"):
                await stop(answer)
    _, error = await collect(agent.answer(turn))
    ensure(error is None, f"it answers after it was stopped: {error!r}")


async def check_turns_apart(agent: Agent, turn: Turn) -> None:
    """Check that answers at the same time do not mix."""
    alone, _ = await collect(agent.answer(turn))
    together = await asyncio.gather(*(collect(agent.answer(turn)) for _ in range(3)))
    for items, error in together:
        ensure(error is None, f"it answers several at a time: {error!r}")
        ensure(_text(items) == _text(alone), "answers at the same time do not mix")


async def check_close(agent: Agent, turn: Turn) -> None:
    """Check that it can be closed after a turn, and twice."""
    await collect(agent.answer(turn))
    await agent.close()
    await agent.close()


AGENT_CHECKS: Final[tuple[AgentCheck, ...]] = (
    check_identity,
    check_answer,
    check_stop,
    check_turns_apart,
    check_close,
)


def _text(items: list[Emitted]) -> str:
    texts = (item if isinstance(item, str) else getattr(item, "text", "") for item in items)
    return "".join(texts)


async def _close(answer: AsyncGenerator[Emitted, None]) -> None:
    await answer.aclose()


async def _cancel(answer: AsyncGenerator[Emitted, None]) -> None:
    task = asyncio.ensure_future(anext(answer))
    await asyncio.sleep(0)
    task.cancel()
    await task


@contextlib.asynccontextmanager
async def _limit(guarantee: str) -> AsyncGenerator[None, None]:
    try:
        async with asyncio.timeout(STOP_LIMIT_S):
            yield
    except TimeoutError:
        raise NonConformanceError(guarantee) from None
