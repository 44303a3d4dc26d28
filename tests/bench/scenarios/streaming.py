"""Streams to viewers: how many deliveries, at what CPU, how late, and whether all arrived."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from tests.bench.machine import Meter
from tests.bench.scenarios.base import Columns, Figures, Reading, fresh_folder
from tests.bench.servers import Produced, Server
from tests.bench.systems import BASE, SYSTEMS, System
from tests.bench.viewers import Arrivals, Viewers
from tests.bench.work import Order

WARM_UP_S = 0.3
LEAD_S = 0.3
"""From an order to its start; see also `Server.lead_per_stream_s`."""
AFTERMATH_S = 0.4
"""Time in which a log is written to the end, a chunk too many would arrive, and so on."""

FLAT_OUT: Columns = (
    ("per_s", "deliveries/s", 0),
    ("per_s×", "× bare Tornado", 2),
    ("cpu_us", "CPU µs per delivery", 1),
    ("server_share", "server CPU", 2),
    ("client_share", "client CPU", 2),
    ("wire_bytes", "bytes per delivery", 0),
)
PACED: Columns = (
    ("p50_us", "p50 µs", 0),
    ("p50_us×", "×", 2),
    ("p99_us", "p99 µs", 0),
    ("p99_us×", "×", 2),
    ("cpu_us", "CPU µs per delivery", 1),
    ("cpu_us×", "× bare Tornado", 2),
    ("first_p99_us", "first chunk p99 µs", 0),
    ("late_p99_us", "produced late p99 µs", 0),
    ("client_share", "client CPU", 2),
)


class Streaming:
    """A fixed order to each of several systems.

    Parameters
    ----------
    viewers : int
        In each room.
    nap_us : int
        See `Viewers`; 0 where latency is looked at.
    """

    base = BASE

    def __init__(
        self,
        name: str,
        about: str,
        order: Order,
        *,
        viewers: int,
        systems: Sequence[str],
        nap_us: int = 0,
        base: str = BASE,
        realtime: bool = False,
    ) -> None:
        self.name, self.about, self.base = name, about, base
        self.columns = PACED if order.rate else FLAT_OUT
        self._order, self._viewers, self._systems = order, viewers, systems
        self._nap_us, self._realtime = nap_us, realtime

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
        """Start the server and its viewers, warm both up, and play the order."""
        order, viewers_per_room = self._order, self._viewers
        system = SYSTEMS[case]
        with stage(
            system, order, viewers_per_room, nap_us=self._nap_us, realtime=self._realtime
        ) as (server, viewers):
            return play(server, viewers, order, viewers_per_room=viewers_per_room)


@contextmanager
def stage(
    system: System, order: Order, viewers_per_room: int, *, nap_us: int, realtime: bool
) -> Iterator[tuple[Server, Viewers]]:
    """Start a system and the viewers of an order; both are gone after the block."""
    with fresh_folder() as folder:
        server = system.start(folder, order.rooms, realtime)
        try:
            viewers = Viewers(
                system.wire,
                server.port,
                log=folder / "viewers.log",
                connections=order.rooms * viewers_per_room,
                rooms=order.rooms,
                streams=order.streams,
                nap_us=nap_us,
                realtime=realtime,
            )
            with viewers:
                yield server, viewers
        finally:
            server.stop()


def play(server: Server, viewers: Viewers, order: Order, *, viewers_per_room: int) -> Reading:
    """Warm server and viewers up, then play the order and look at what arrived."""
    warm_up = replace(order, seconds=WARM_UP_S, chunks=0)
    play_once(server, viewers, warm_up, viewers_per_room=viewers_per_room)
    return play_once(server, viewers, order, viewers_per_room=viewers_per_room)


class Played(NamedTuple):
    """What playing an order came to; CPU as in `figures`."""

    produced: Produced
    arrivals: Arrivals
    cpu_s: float
    foreign: float
    fault: str


def play_once(server: Server, viewers: Viewers, order: Order, *, viewers_per_room: int) -> Reading:
    """Play an order and look at what arrived."""
    played = perform(server, viewers, order, viewers_per_room=viewers_per_room)
    found = figures(played.arrivals, played.produced, played.cpu_s)
    return Reading(found, played.foreign, played.fault)


def perform(server: Server, viewers: Viewers, order: Order, *, viewers_per_room: int) -> Played:
    """Play an order; return when all has arrived that will."""
    viewers.reset()
    order = order.starting(LEAD_S + server.lead_per_stream_s * order.streams)
    server.begin(order)
    time.sleep(max(order.start_ns - time.monotonic_ns() - 20_000_000, 0) / 1e9)
    meter = Meter(server.pids, viewers.pid)
    produced = server.finish()
    expected = produced.produced * viewers_per_room
    viewers.wait(expected)
    time.sleep(AFTERMATH_S)
    cpu_s, foreign = meter.read()
    arrivals = viewers.report()
    fault = arrivals.fault(expected) or ("" if expected else "nothing was produced")
    return Played(produced, arrivals, cpu_s, foreign, fault)


def figures(arrivals: Arrivals, produced: Produced, cpu_s: float) -> Figures:
    """Return what a run comes to; CPU in µs of the server, all its threads, its log included."""
    span_s, count = max(arrivals.span_s, 1e-9), max(arrivals.deliveries, 1)
    out = {
        "per_s": arrivals.deliveries / span_s,
        "cpu_us": cpu_s / count * 1e6,
        "chunk_cpu_us": cpu_s / max(produced.produced, 1) * 1e6,
        "server_share": cpu_s / span_s,
        "client_share": arrivals.cpu_s / span_s,
        "wire_bytes": arrivals.bytes / count,
        "deliveries": float(arrivals.deliveries),
        "chunks": float(produced.produced),
        "span_s": arrivals.span_s,
        "p50_us": arrivals.p50_us,
        "p99_us": arrivals.p99_us,
        "max_us": arrivals.max_us,
        "first_p50_us": arrivals.first_p50_us,
        "first_p99_us": arrivals.first_p99_us,
    }
    if produced.late_us:
        out["late_p50_us"], out["late_p99_us"] = produced.late_us
    return out
