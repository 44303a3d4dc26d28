"""An agent that streams whatever a measurement orders, to the chunk and to the millisecond."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import islice

from jupyter_agentchat.agents.base import Emitted, Turn, TurnPolicy
from jupyter_agentchat.agents.generation import read_generation
from jupyter_agentchat.agents.limited import LENGTH
from jupyter_agentchat.agents.pacing import Pacer, Sleep
from jupyter_agentchat.agents.synthetic_plan import plan
from jupyter_agentchat.agents.synthetic_spec import read_spec
from jupyter_agentchat.agents.told_instants import tell
from jupyter_agentchat.errors import AgentError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.protocol.model import AgentInfo, Usage
from jupyter_agentchat.providers.base import Finish


class SyntheticAgent:
    """Plays the plan of ``metadata.synthetic``; one token per chunk.

    Chunks are due at absolute instants, so a late wake-up delays one chunk and not the rest.

    Parameters
    ----------
    clock, sleep
        Where time comes from; tests inject both.
    """

    policy: TurnPolicy = "parallel"
    honours = frozenset({"max_tokens"})

    def __init__(self, *, clock: Clock = SYSTEM_CLOCK, sleep: Sleep = asyncio.sleep) -> None:
        self.info = AgentInfo(
            name="synthetic",
            description="Streams what metadata.synthetic orders: size, pace, stalls, failures.",
        )
        self._clock = clock
        self._sleep = sleep

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        """Yield the planned chunks when they are due, at most `max_tokens`, then the usage.

        Raises
        ------
        InvalidInputError
            If the order is wrong.
        AgentError
            At `fail_at`.
        """
        pacer = Pacer(self._clock, self._sleep)
        spec = read_spec(turn.metadata.get("synthetic", {}))
        most = read_generation(turn.metadata).max_tokens or spec.chunks
        end_ns = resumed_ns = 0
        for index, planned in enumerate(islice(plan(spec), most)):
            await (pacer.until(planned.offset_ns) if spec.pace else self._sleep(0))
            if index == spec.fail_at:
                raise _failure(index)
            if spec.instants:
                due_ns = pacer.start_ns + planned.offset_ns
                told = tell(due_ns, self._clock.monotonic_ns(), resumed_ns)
                yield told + planned.text[len(told) :]
                resumed_ns = self._clock.monotonic_ns()
            else:
                yield planned.text
            end_ns = planned.offset_ns + planned.pause_ns
        if most < spec.chunks:
            yield Finish(LENGTH)
        else:
            if spec.pace:
                await pacer.until(end_ns)
            if spec.fail_at is not None:
                raise _failure(spec.fail_at)
        yield Usage(output_tokens=min(most, spec.chunks))

    async def close(self) -> None:
        """Hold nothing, release nothing."""


def _failure(chunks: int) -> AgentError:
    return AgentError(f"The stream was ordered to fail after {chunks} chunks, and did.")
