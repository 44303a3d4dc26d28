"""The simplest agent: says back what it heard, word by word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from jupyter_agentchat.agents.base import Emitted, Turn, TurnPolicy
from jupyter_agentchat.agents.eliza import words
from jupyter_agentchat.protocol.model import AgentInfo


class EchoAgent:
    """Streams the message back, as fast as it goes, yielding to the loop once per word."""

    policy: TurnPolicy = "parallel"

    def __init__(self) -> None:
        self.info = AgentInfo(name="echo", description="Says back what you said, word by word.")

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        """Yield the words of the message; joined they are its text."""
        for word in words(turn.text):
            yield word
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Hold nothing, release nothing."""
