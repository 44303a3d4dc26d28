"""The agents that are always there."""

from __future__ import annotations

import asyncio

from jupyter_agentchat.agents.base import Agent
from jupyter_agentchat.agents.echo import EchoAgent
from jupyter_agentchat.agents.listener import ElizaAgent
from jupyter_agentchat.agents.pacing import Sleep
from jupyter_agentchat.agents.synthetic import SyntheticAgent
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock


def builtin_agents(*, clock: Clock = SYSTEM_CLOCK, sleep: Sleep = asyncio.sleep) -> list[Agent]:
    """Return new built-in agents that need nothing but time."""
    return [
        ElizaAgent(clock=clock, sleep=sleep),
        EchoAgent(),
        SyntheticAgent(clock=clock, sleep=sleep),
    ]
