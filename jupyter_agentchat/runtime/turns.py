"""Which run goes when: one line per (channel, agent), by the agent's policy."""

from __future__ import annotations

import asyncio
from collections import deque

from jupyter_agentchat.protocol.lifecycle import Move
from jupyter_agentchat.runtime.run import Run


class Turns:
    """Starts runs and knows the live ones.

    ``queue`` runs one after the other, ``parallel`` all at once, ``supersede`` cancels the
    earlier ones with reason ``superseded``.
    """

    def __init__(self) -> None:
        self._live: dict[str, Run] = {}
        self._lines: dict[tuple[str, str], deque[Run]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def submit(self, run: Run) -> None:
        """Take a run; it starts now or when its line allows."""
        row = run.stream.row
        self._live[row.stream] = run
        if run.agent.policy == "parallel":
            self._start(run)
            return
        line = self._lines.setdefault((row.channel, row.agent), deque())
        if run.agent.policy == "supersede":
            for earlier in tuple(line):
                earlier.stop(Move.CANCEL, "superseded")
        line.append(run)
        if line[0] is run:
            self._start(run)

    def get(self, stream: str) -> Run | None:
        """Return a run that is queued or live."""
        return self._live.get(stream)

    def live(self, channel: str | None = None) -> list[Run]:
        """Return the runs that are queued or live."""
        runs = (run for run in self._live.values() if not run.stream.is_over)
        return [run for run in runs if channel is None or run.stream.row.channel == channel]

    async def close(self) -> None:
        """Interrupt every run and wait until their tasks are gone."""
        for run in list(self._live.values()):
            run.stop(Move.INTERRUPT, "shutdown")
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, run: Run) -> None:
        stream = run.stream.row.stream
        task = self._tasks[stream] = asyncio.create_task(run())
        task.add_done_callback(lambda _: self._done(run))

    def _done(self, run: Run) -> None:
        row = run.stream.row
        self._live.pop(row.stream, None)
        self._tasks.pop(row.stream, None)
        line = self._lines.get((row.channel, row.agent))
        if line is None or run not in line:
            return
        line.remove(run)
        while line and line[0].stream.is_over:
            self._live.pop(line.popleft().stream.row.stream, None)
        if line:
            self._start(line[0])
        else:
            del self._lines[row.channel, row.agent]
