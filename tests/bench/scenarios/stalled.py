"""Readers that take nothing: what the others in their room notice of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.bench.ours import OurServer
from tests.bench.scenarios.base import Columns, Reading, fresh_folder
from tests.bench.scenarios.streaming import LEAD_S, play_once
from tests.bench.systems import OURS_WS, SYSTEMS
from tests.bench.viewers import Viewers
from tests.bench.work import Order

STALLED = 100
ALONE = "nobody stalls"
BESIDE = f"{STALLED} stalled readers"
VIEWERS = 10
"""Too few for a crowd, whose chunks wait for one another: that would hide what stalls cost."""
BUFFER_BYTES = 4096
"""Of a stalled reader's socket; the rest waits on the server's side."""
FILL_S = 0.5
"""Flat out: what a stalled reader is behind before the measurement."""
_COLUMNS: Columns = (
    ("p50_us", "p50 µs", 0),
    ("p50_us×", "×", 2),
    ("p99_us", "p99 µs", 0),
    ("p99_us×", "×", 2),
    ("cpu_us", "CPU µs per delivery", 1),
    ("cpu_us×", "×", 2),
)
_TCP = Path("/proc/net/tcp")


class Stalled:
    """The same streams to the same viewers, with and without stalled readers in their room."""

    name = "stalled"
    about = f"one room, 8 streams × 50 chunks/s, {VIEWERS} viewers, and {STALLED} that read nothing"
    base = ALONE
    columns = _COLUMNS

    def __init__(self, *, realtime: bool) -> None:
        self._realtime = realtime

    def cases(self) -> Sequence[str]:
        """Return the two."""
        return ALONE, BESIDE

    def label(self, case: str) -> str:
        """Return the case itself."""
        return case

    def check(self, case: str) -> None:
        """Need nothing."""

    def measure(self, case: str) -> Reading:
        """Let the readers stall, and play to the others before the server gives the first up."""
        order = Order(rooms=1, streams=8, seconds=3, rate=50)
        with fresh_folder() as folder, OurServer(folder, realtime=self._realtime) as server:
            server.channels(1)
            server.lead_per_stream_s = LEAD_S / order.streams
            with (
                self._viewers(server, folder, VIEWERS) as viewers,
                self._stalled(server, folder, STALLED if case == BESIDE else 0),
            ):
                fill = replace(order, rate=0, seconds=FILL_S)
                play_once(server, viewers, fill, viewers_per_room=VIEWERS)
                before = waiting(server.port)
                reading = play_once(server, viewers, order, viewers_per_room=VIEWERS)
                held = min(before, waiting(server.port))
        if case == BESIDE and held < STALLED:
            fault = f"only {held} of {STALLED} readers were stalled all the time"
            return unusable(reading, fault)
        return reading

    def _viewers(
        self, server: OurServer, folder: Path, connections: int, buffer_bytes: int = 0
    ) -> Viewers:
        return Viewers(
            SYSTEMS[OURS_WS].wire,
            server.port,
            log=folder / f"viewers-{connections}.log",
            connections=connections,
            rooms=1,
            streams=8,
            receive_buffer=buffer_bytes,
            realtime=self._realtime,
        )

    @contextmanager
    def _stalled(self, server: OurServer, folder: Path, count: int) -> Iterator[None]:
        """Let `count` readers join, and then stop their process."""
        if not count:
            yield
            return
        with self._viewers(server, folder, count, BUFFER_BYTES) as readers:
            os.kill(readers.pid, signal.SIGSTOP)
            try:
                yield
            finally:
                os.kill(readers.pid, signal.SIGCONT)


def unusable(reading: Reading, fault: str) -> Reading:
    """Return the reading as one that must not be used."""
    return Reading(reading.figures, reading.foreign, reading.fault or fault)


def waiting(port: int) -> int:
    """Return how many connections of a local server hold back what their peer does not take."""
    count = 0
    for line in _TCP.read_text().splitlines()[1:]:
        fields = line.split()
        local, queues = fields[1], fields[4]
        is_theirs = int(local.partition(":")[2], 16) == port
        count += is_theirs and int(queues.partition(":")[0], 16) > BUFFER_BYTES
    return count
