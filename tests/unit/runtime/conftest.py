from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from jupyter_agentchat.agents.base import Agent
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.runtime.settings import Settings

Running = Callable[..., Any]

USER = Author(id="ann", kind="user", name="Ann")


def origin() -> Origin:
    return Origin(transport="test", t_request=SYSTEM_CLOCK.monotonic_ns())


@asynccontextmanager
async def running(
    *agents: Agent, url: str = "memory://", settings: Settings | None = None
) -> AsyncIterator[Service]:
    """A service with `agents` and a channel `lab` in which all of them answer."""
    service = await compose(url, agents=agents, settings=settings)
    await service.start()
    try:
        await service.ensure_channel("lab", tuple(agent.info.name for agent in agents) or ())
        yield service
    finally:
        await service.close()


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, None]], None]:
    """Run a test's coroutine, for at most 20 s."""

    def _run(work: Coroutine[Any, Any, None]) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(20):
                await work

        asyncio.run(bounded())

    return _run
