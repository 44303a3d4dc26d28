"""Makes the trials of an experiment, in closed or open loop."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    RateLimitedError,
    UnavailableError,
)
from jupyter_agentchat.experiment.arrivals import Closed
from jupyter_agentchat.experiment.design import Trial
from jupyter_agentchat.experiment.journal import Journal
from jupyter_agentchat.experiment.observation import Observation
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock

NS = 1_000_000_000
PAUSE_S = 1.0
"""Until a closed loop asks again where the server takes no more for the moment."""

ALLOW = (
    "Ask more slowly, or raise AgentChatApp.sends_per_minute and "
    "AgentChatApp.live_streams_per_user."
)

Progress = Callable[[int, int], None]
"""Told how many trials are done, and of how many."""


class Seen(Protocol):
    """One answer as its client saw it; `client.reply.Reply` is one."""

    @property
    def stream_id(self) -> str:
        """The stream in the log."""
        ...

    @property
    def status(self) -> str:
        """How it ended."""
        ...

    @property
    def timeline(self) -> Timeline:
        """When what arrived."""
        ...

    @property
    def failure(self) -> str | None:
        """Why it has no answer."""
        ...


class Driver(Protocol):
    """Makes requests over one transport under one network."""

    async def ask(
        self, text: str, *, agent: str, lane: int, metadata: dict[str, Any], t_intended: int | None
    ) -> Seen:
        """Ask and wait for the whole answer.

        Parameters
        ----------
        lane : int
            Requests of one lane follow each other; those of two may run at once.

        Raises
        ------
        AgentChatError
            If the request was not taken. DisconnectedError and UnavailableError end the
            experiment, which can go on later. So does RateLimitedError in an open loop, whose
            schedule the server does not allow; a closed one asks again. Others are the trial's
            failure.
        """
        ...


class Runner:
    """Makes what the journal has not.

    Parameters
    ----------
    drivers : callable
        Gives the driver for a trial.
    run : str
        The name of this run.
    """

    def __init__(
        self,
        journal: Journal,
        drivers: Callable[[Trial], Driver],
        *,
        run: str,
        tell: Progress = lambda _done, _of: None,
        clock: Clock = SYSTEM_CLOCK,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._journal = journal
        self._spec = journal.spec
        self._drivers = drivers
        self._run = run
        self._tell = tell
        self._clock = clock
        self._sleep = sleep
        self._count = 0
        self._made = 0

    async def run(self) -> None:
        """Make all trials that are missing, the warm-up first; each is kept as it ends.

        Raises
        ------
        DisconnectedError, UnavailableError
            If the server is gone; the trials under way are made anew next time.
        """
        trials = self._spec.trials()
        self._count = len(trials)
        left = [trial for trial in trials if trial.trial not in self._journal.done]
        missing = {trial.trial for trial in left}
        self._made = self._count - len(left)
        self._tell(self._made, self._count)
        warm_up = [trial for trial in left if trial.is_warm_up]
        ordered = [trial for trial in trials if not trial.is_warm_up]
        schedule = self._spec.schedule()
        try:
            if isinstance(schedule, Closed):
                await self._closed(warm_up, schedule.concurrency)
                proper = [trial for trial in ordered if trial.trial in missing]
                await self._closed(proper, schedule.concurrency)
            else:
                await self._closed(warm_up, 1)
                # Each trial has its own instant: what is left of a schedule goes on where it was.
                due = list(zip(ordered, schedule.offsets(self._spec.seed), strict=False))
                await self._open([(trial, at) for trial, at in due if trial.trial in missing])
        except* (DisconnectedError, UnavailableError) as gone:
            raise _first(gone) from None

    async def _closed(self, trials: Sequence[Trial], concurrency: int) -> None:
        waiting = iter(trials)

        async def worker(lane: int) -> None:
            for trial in waiting:
                await self._make(trial, lane, None)

        async with asyncio.TaskGroup() as group:
            for lane in range(min(concurrency, len(trials))):
                group.create_task(worker(lane))

    async def _open(self, due: Sequence[tuple[Trial, int]]) -> None:
        """Send each at its instant, whatever is still unanswered; the lowest free lane is used.

        The first is sent at once.
        """
        free: list[int] = []
        lanes = 0

        async def make(trial: Trial, lane: int, t_intended: int) -> None:
            await self._make(trial, lane, t_intended)
            heapq.heappush(free, lane)

        start = self._clock.monotonic_ns() - (due[0][1] if due else 0)
        async with asyncio.TaskGroup() as group:
            for trial, offset in due:
                t_intended = start + offset
                wait_ns = t_intended - self._clock.monotonic_ns()
                await self._sleep(max(wait_ns, 0) / NS)
                if free:
                    lane = heapq.heappop(free)
                else:
                    lane, lanes = lanes, lanes + 1
                group.create_task(make(trial, lane, t_intended))

    async def _make(self, trial: Trial, lane: int, t_intended: int | None) -> None:
        while (observation := await self._observe(trial, lane, t_intended)) is None:
            await self._sleep(PAUSE_S)
        self._journal.add(observation)
        self._made += 1
        self._tell(self._made, self._count)

    async def _observe(self, trial: Trial, lane: int, t_intended: int | None) -> Observation | None:
        """Make a trial; None if the server takes no more for the moment."""
        t_request = self._clock.monotonic_ns()
        spec = self._spec
        asking = self._drivers(trial).ask(
            spec.prompts[trial.prompt],
            agent=trial.agent,
            lane=lane,
            metadata=spec.metadata(trial.setting),
            t_intended=t_intended,
        )
        common: Mapping[str, Any] = {
            "trial": trial.trial,
            "run": self._run,
            "clock_id": self._clock.clock_id,
            "t_intended": t_intended,
        }
        try:
            async with asyncio.timeout(spec.timeout_s):
                seen = await asking
        except TimeoutError:
            error = f"No whole answer within {spec.timeout_s:g} s; it was stopped."
            return Observation(**common, status="failed", error=error, t_request=t_request)
        except (DisconnectedError, UnavailableError):
            raise
        except RateLimitedError as error:
            if t_intended is None:
                return None
            message = f"The server does not allow {spec.arrivals}: {error.message} {ALLOW}"
            raise UnavailableError(message) from None
        except AgentChatError as error:
            return Observation(**common, status="failed", error=error.message, t_request=t_request)
        timeline = seen.timeline
        return Observation(
            **common,
            stream=seen.stream_id,
            status=seen.status,
            error=seen.failure,
            t_request=timeline.t_request,
            t_chunks=list(timeline.t_chunks),
            kinds=list(timeline.kinds or ()),
            n_tokens=timeline.n_tokens,
            t_end=timeline.t_end,
        )


def _first(group: BaseExceptionGroup[AgentChatError]) -> AgentChatError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
