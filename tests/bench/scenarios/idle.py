"""Connections on which nothing happens: how much memory each takes."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tests.bench import machine
from tests.bench.scenarios.base import Columns, Reading, fresh_folder
from tests.bench.systems import BASE, SYSTEMS
from tests.bench.viewers import Viewers

WARM_UP = 5
REST_S = 1.0


class Idle:
    """Open many connections, all in one room each, and look at the server's memory.

    Parameters
    ----------
    connections : int
        How many.
    rooms : int
        In which they sit.
    """

    base = BASE
    columns: Columns = (
        ("connection_kb", "kB per connection", 1),
        ("connection_kb×", "× bare Tornado", 2),
        ("server_mb", "server MB", 0),
        ("connect_s", "s to connect all", 2),
        ("idle_cpu_ms", "idle CPU ms/s", 1),
    )

    def __init__(
        self, name: str, about: str, *, connections: int, rooms: int, systems: Sequence[str]
    ) -> None:
        self.name, self.about = name, about
        self._connections, self._rooms, self._systems = connections, rooms, systems

    def cases(self) -> Sequence[str]:
        """Return the systems."""
        return self._systems

    def label(self, case: str) -> str:
        """Return a system's label."""
        return SYSTEMS[case].label

    def check(self, case: str) -> None:
        """Make ready what a system needs."""
        SYSTEMS[case].check()

    def measure(self, case: str) -> Reading:
        """Connect a few, so that what is made once is there; then the many."""
        system = SYSTEMS[case]
        with fresh_folder() as folder:
            server = system.start(folder, self._rooms, False)
            try:
                log = folder / "viewers.log"
                with Viewers(system.wire, server.port, log=log, connections=WARM_UP, rooms=WARM_UP):
                    time.sleep(REST_S)
                    before = self._memory(server.pids)
                    start = time.monotonic()
                    with Viewers(
                        system.wire,
                        server.port,
                        log=log,
                        connections=self._connections,
                        rooms=self._rooms,
                    ):
                        connect_s = time.monotonic() - start
                        time.sleep(REST_S)
                        after, cpu = self._memory(server.pids), machine.cpu_seconds(server.pids)
                        time.sleep(REST_S)
                        idle_cpu_s = machine.cpu_seconds(server.pids) - cpu
            finally:
                server.stop()
        return Reading(
            {
                "connection_kb": (after - before) / self._connections / 1000,
                "server_mb": after / 1e6,
                "connect_s": connect_s,
                "idle_cpu_ms": idle_cpu_s / REST_S * 1e3,
            }
        )

    def _memory(self, pids: list[int]) -> int:
        return sum(map(machine.resident_bytes, pids))
