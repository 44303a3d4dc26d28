"""What recording the instants of every hop costs: with it and without it, second by second."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace

from tests.bench.scenarios.base import Columns, Reading
from tests.bench.scenarios.streaming import WARM_UP_S, play_once, stage
from tests.bench.servers import Server
from tests.bench.systems import OURS_SILENT, OURS_WS
from tests.bench.viewers import Viewers
from tests.bench.work import Order

CROWD = "20 viewers"
ALONE = "one viewer"
PLAY_S = 0.5
PAIRS = 16
"""Of plays with and without, in one measurement."""


class Stamps:
    """Two servers side by side, one of which records; they take turns, half a second each.

    The difference is a few per cent, and the speed of a machine wanders by more than that within
    a minute: so neighbours are compared that are seconds apart, and which goes first alternates.

    Parameters
    ----------
    work : mapping of str to (Order, int)
        Of `CROWD` and `ALONE`: the order, whose seconds do not count, and the viewers per room.
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

    def __init__(
        self, work: Mapping[str, tuple[Order, int]], *, nap_us: int, realtime: bool
    ) -> None:
        self._work, self._nap_us, self._realtime = work, nap_us, realtime

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
            sides = [
                stack.enter_context(self._stage(each, case)) for each in (OURS_WS, OURS_SILENT)
            ]
            for side in sides:
                self._play(side, case, WARM_UP_S)
            for pair in range(PAIRS):
                found = {}
                for number in (0, 1) if pair % 2 else (1, 0):
                    found[number] = reading = self._play(sides[number], case, PLAY_S)
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

    def _stage(self, system: str, case: str) -> AbstractContextManager[tuple[Server, Viewers]]:
        return stage(system, *self._work[case], nap_us=self._nap_us, realtime=self._realtime)

    def _play(self, side: tuple[Server, Viewers], case: str, seconds: float) -> Reading:
        order, viewers_per_room = self._work[case]
        order = replace(order, seconds=seconds)
        return play_once(*side, order, viewers_per_room=viewers_per_room)
