"""The agent that plays orders inside the real server; it comes in by an entry point.

Beside it a way to run the server without its store, to show what the durable log costs.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

from jupyter_agentchat.agents.base import Emitted, Turn, TurnPolicy
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.model import AgentInfo
from jupyter_agentchat.store.rows import Row
from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.store import SqlStore
from jupyter_agentchat.store.writer import Writer
from tests.bench.turns import TURNS
from tests.bench.work import Order, chunks

NAME = "bench"
REPORT_VARIABLE = "AGENTCHAT_BENCH_REPORT"
ENTRY_POINTS = f"""[jupyter_agentchat.agents]
{NAME} = {__name__}:BenchAgent

[jupyter_agentchat.stores]
nothing = {__name__}:open_nothing
half = tests.bench.turns:open_half
"""


class BenchAgent:
    """Streams what ``metadata.bench`` orders, and appends to a file what it did."""

    policy: TurnPolicy = "parallel"

    def __init__(self) -> None:
        self.info = AgentInfo(name=NAME, description="Streams what metadata.bench orders.")
        self._report = Path(os.environ[REPORT_VARIABLE])

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        """Yield the chunks of one stream when they are due."""
        ordered = turn.metadata[NAME]
        order, stream = Order(**ordered["order"]), ordered["stream"]
        late_ns: list[int] = []
        number = 0
        sliced = order.is_sliced
        found = TURNS.chunks(order, stream) if sliced else chunks(order, stream, late_ns)
        async for _, text in found:
            yield text
            number += 1
        turns = await TURNS.finish() if sliced else {}
        line = json.dumps({"produced": number, "late_ns": late_ns, **turns})
        with self._report.open("a") as file:
            file.write(line + "\n")

    async def close(self) -> None:
        """Hold nothing, release nothing."""


def open_nothing(url: str, clock: Clock, owner: str) -> SqlStore:  # noqa: ARG001 - the interface
    """Open ``nothing://``: the runtime as it is, but its writer is handed no row."""
    setattr(Writer, "put", _drop)  # noqa: B010 - for this measurement only
    return SqlStore(Database(None, owner), clock)


def _drop(writer: Writer, row: Row) -> None:
    """Forget a row at once."""
