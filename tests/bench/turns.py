"""Rooms with hop stamps and rooms without, in one server: they take turns of some milliseconds.

The machine's speed wanders by more within a second than hop stamps cost, and two processes with
the same program differ by more as well. Neighbouring slices of one process are alike.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.reading import Reading
from jupyter_agentchat.bus.wire import Observer, WireForm
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.runtime.joined import Joined
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.open import open_store
from tests.bench.work import Order, delta

SLICE_NS = 20_000_000
REST_S = 0.3
"""After the last chunk: what is written anyway is written then."""
Slice = tuple[int, int, int]
"""Its number, the process's CPU in ns, and the chunks."""


class Turns:
    """Counts chunks and CPU by slices; rooms with an even number have the even ones."""

    def __init__(self) -> None:
        self.service: Service | None = None
        self.recorded = 0
        self._live = 0
        self._slices: list[Slice] = []
        self._number = self._cpu_ns = self._chunks = 0

    async def chunks(self, order: Order, stream: int) -> AsyncIterator[tuple[int, str]]:
        """Yield (index, text) as fast as it goes, in the slices of the stream's room."""
        side = stream % order.rooms % 2
        self._live += 1
        await asyncio.sleep(max(order.start_ns - time.monotonic_ns(), 0) / 1e9)
        end_ns, index = order.start_ns + int(order.seconds * 1e9), 0
        while (now := time.monotonic_ns()) < end_ns:
            number = now // SLICE_NS
            if number % 2 != side:
                await asyncio.sleep(((number + 1) * SLICE_NS - now) / 1e9)
                continue
            self._count(number)
            yield index, delta(stream, index)
            index += 1
            await asyncio.sleep(0)
        self._live -= 1

    async def finish(self) -> dict[str, object]:
        """Return the slices, and what handing the instants on took; the last stream gets them."""
        if self._live:
            return {}
        self._count(0)
        slices, self._slices, self._chunks = self._slices, [], 0
        await asyncio.sleep(REST_S)
        before = time.process_time_ns()
        assert self.service is not None
        await self.service.settle()
        return {"slices": slices, "settled_ns": time.process_time_ns() - before}

    def _count(self, number: int) -> None:
        if number != self._number:
            cpu_ns = time.process_time_ns()
            if self._chunks:
                self._slices.append((self._number, cpu_ns - self._cpu_ns, self._chunks))
            self._number, self._cpu_ns, self._chunks = number, cpu_ns, 0
        self._chunks += 1


TURNS = Turns()
_READ = Service.read


def open_half(url: str, clock: Clock, owner: str) -> Store:
    """Open ``half:///path?SIDE``: SQLite, and a server that records hops in every second room.

    SIDE is 0 for the rooms with even numbers, 1 for the others.
    """
    path, _, side = url.removeprefix("half").partition("?")
    TURNS.recorded = int(side)
    setattr(Service, "read", _read)  # noqa: B010 - for this measurement only
    return open_store(f"sqlite{path}", clock, owner=owner)


def _read(
    service: Service, joined: Joined, form: WireForm, outlet: Outlet, observer: Observer | None
) -> Reading:
    TURNS.service = service
    room = int(joined.log.channel.id.rpartition("-")[2])
    is_recorded = room % 2 == TURNS.recorded
    return _READ(service, joined, form, outlet, observer if is_recorded else None)
