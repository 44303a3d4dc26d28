"""An agent that does exactly what a test wrote down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from jupyter_agentchat.agents.base import Emitted, Turn, TurnPolicy
from jupyter_agentchat.protocol.model import AgentInfo

Step = Emitted | BaseException | asyncio.Event
"""What a script does next: yield it, raise it, or wait for it."""


class ScriptedAgent:
    """An agent that plays a script, the same one for every turn.

    Parameters
    ----------
    script : sequence of Step
        Played in order: an exception is raised where it stands (first: before the first chunk,
        last: after the last one), an `asyncio.Event` is awaited (`never()`: for ever), everything
        else is yielded.
    name : str
        How the agent is addressed.
    policy : TurnPolicy
        What happens to a turn while another runs.

    Attributes
    ----------
    turns : list of Turn
        What it was asked, in order.
    started : asyncio.Event
        Set when the first turn begins.
    cancelled : int
        How many turns were cancelled, or closed before their end.
    is_closed : bool
        Whether `close` was called.
    """

    def __init__(
        self,
        script: Sequence[Step] = ("Hello", " there"),
        *,
        name: str = "scripted",
        policy: TurnPolicy = "queue",
    ) -> None:
        self.info = AgentInfo(name=name, description="Plays a script.")
        self.policy: TurnPolicy = policy
        self.turns: list[Turn] = []
        self.started = asyncio.Event()
        self.cancelled = 0
        self.is_closed = False
        self._script = tuple(script)

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        """Play the script."""
        self.turns.append(turn)
        self.started.set()
        try:
            for step in self._script:
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled += 1
            raise

    async def close(self) -> None:
        """Note that it was closed."""
        self.is_closed = True


def never() -> asyncio.Event:
    """Return a step that waits for ever."""
    return asyncio.Event()
