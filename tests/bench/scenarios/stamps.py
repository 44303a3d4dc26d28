"""What recording the instants of every hop costs: with it and without it, second by second."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.bench.scenarios.base import Columns, Reading, fresh_folder
from tests.bench.scenarios.streaming import WARM_UP_S, play_once
from tests.bench.servers import Server
from tests.bench.systems import OURS_SILENT, OURS_WS, SYSTEMS
from tests.bench.viewers import Viewers
from tests.bench.work import Order

CROWD = "20 viewers"
ALONE = "one viewer"
PLAY_S = 1.0
PAIRS = 8
"""Of plays with and without, in one measurement."""
_WORK = {
    CROWD: (Order(rooms=4, streams=16, seconds=PLAY_S), 20),
    ALONE: (Order(rooms=50, streams=50, seconds=PLAY_S), 1),
}


class Stamps:
    """Two servers side by side, one of which records; they take turns, one second each.

    The difference is a few per cent, and the speed of a machine wanders by more than that within
    a minute: so neighbours are compared that are seconds apart, and which goes first alternates.

    Parameters
    ----------
    nap_us : int
        See `Viewers`.
    """

    name = "stamps"
    about = "flat out, hop stamps on and off: CPU per delivery of neighbouring seconds"
    base = ""
    columns: Columns = (
        ("with_us", "CPU µs per delivery", 2),
        ("without_us", "without", 2),
        ("ratio", "×", 3),
    )

    def __init__(self, *, nap_us: int, realtime: bool) -> None:
        self._nap_us, self._realtime = nap_us, realtime

    def cases(self) -> Sequence[str]:
        """Return how many viewers each channel has."""
        return CROWD, ALONE

    def label(self, case: str) -> str:
        """Return the case itself."""
        return case

    def check(self, case: str) -> None:
        """Need nothing."""

    def measure(self, case: str) -> Reading:
        """Start both, and let them take turns."""
        with_us, without_us, foreign = [], [], []
        with ExitStack() as stack:
            sides = [stack.enter_context(self._side(each, case)) for each in (OURS_WS, OURS_SILENT)]
            for server, viewers in sides:
                _play(server, viewers, case, WARM_UP_S)
            for pair in range(PAIRS):
                found = {}
                for side in (0, 1) if pair % 2 else (1, 0):
                    found[side] = reading = _play(*sides[side], case, PLAY_S)
                    if reading.fault:
                        return reading
                with_us.append(found[0].figures["cpu_us"])
                without_us.append(found[1].figures["cpu_us"])
                foreign += [reading.foreign or 0.0 for reading in found.values()]
        ratios = [on / off for on, off in zip(with_us, without_us, strict=True)]
        figures = {
            "with_us": statistics.median(with_us),
            "without_us": statistics.median(without_us),
            "ratio": statistics.median(ratios),
        }
        return Reading(figures, statistics.fmean(foreign))

    @contextmanager
    def _side(self, system: str, case: str) -> Iterator[tuple[Server, Viewers]]:
        order, viewers_per_room = _WORK[case]
        with fresh_folder() as folder:
            server = SYSTEMS[system].start(folder, order.rooms, self._realtime)
            try:
                with self._viewers(system, server, folder, order, viewers_per_room) as viewers:
                    yield server, viewers
            finally:
                server.stop()

    def _viewers(
        self, system: str, server: Server, folder: Path, order: Order, viewers_per_room: int
    ) -> Viewers:
        return Viewers(
            SYSTEMS[system].wire,
            server.port,
            log=folder / "viewers.log",
            connections=order.rooms * viewers_per_room,
            rooms=order.rooms,
            streams=order.streams,
            nap_us=self._nap_us,
            realtime=self._realtime,
        )


def _play(server: Server, viewers: Viewers, case: str, seconds: float) -> Reading:
    order, viewers_per_room = _WORK[case]
    order = replace(order, seconds=seconds)
    return play_once(server, viewers, order, viewers_per_room=viewers_per_room)
