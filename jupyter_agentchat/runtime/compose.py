"""Builds the service from URLs and settings, for the server and the embedded mode alike."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from jupyter_agentchat.agents.base import Agent
from jupyter_agentchat.agents.builtin import builtin_agents
from jupyter_agentchat.agents.registry import AgentRegistry
from jupyter_agentchat.bus.memory import MemoryBroker
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.store.open import open_store
from jupyter_agentchat.store.writer import Writer

MEMORY = "memory://"


async def compose(
    store_url: str = MEMORY,
    *,
    agents: Iterable[Agent] = (),
    settings: Settings | None = None,
    clock: Clock = SYSTEM_CLOCK,
    owner: str = "",
) -> Service:
    """Open the store and build a service around it; `start` it next.

    Parameters
    ----------
    store_url : str
        ``sqlite:///path`` or ``memory://`` (gone when the service closes).
    agents : iterable of Agent
        Beside the built-in ones and those of entry points.
    owner : str
        What the store's lock tells other processes, such as the server's URL.

    Raises
    ------
    StoreError
        If the store cannot be opened; the sentence says why.
    """
    registry = AgentRegistry([*builtin_agents(clock=clock), *agents])
    store = await asyncio.to_thread(open_store, store_url, clock, owner=owner)
    return Service(
        store=store,
        writer=Writer(store, clock),
        broker=MemoryBroker(),
        registry=registry,
        settings=settings or Settings(),
        clock=clock,
    )
