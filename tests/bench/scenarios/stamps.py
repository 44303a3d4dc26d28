"""What recording the instants of every hop costs: rooms with it and rooms without, in turns."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tests.bench.scenarios.base import Columns, Reading
from tests.bench.scenarios.streaming import perform, stage
from tests.bench.servers import Produced
from tests.bench.systems import OURS_HALVES
from tests.bench.work import Order

CROWD = "20 viewers"
ALONE = "one viewer"
PLAY_S = 1.5
"""Short enough that instants are handed on after it and not in it."""
PLAYS = 4
_UNSETTLED = 4
"""The first slices of a play do not count."""


class Stamps:
    """One server, half of whose rooms are recorded; the halves take turns of 20 ms.

    What recording costs is a few per cent, and that is less than two processes with the same
    program differ by. A second server records the other half, so that it does not matter which
    half comes first. Handing the instants on, which comes later, is measured by itself and added.

    Parameters
    ----------
    work : mapping of str to (Order, int)
        Of `CROWD` and `ALONE`: the order, whose seconds do not count, and the viewers per room.
    nap_us : int
        See `Viewers`.
    """

    name = "stamps"
    about = "flat out, rooms with hop stamps and rooms without, in turns: CPU per delivery"
    base = ""
    columns: Columns = (
        ("with_us", "CPU µs per delivery", 2),
        ("without_us", "without", 2),
        ("settled_us", "of it, handing on", 3),
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
        """Start one server after the other, and play some times with each."""
        order, viewers = self._work[case]
        order = replace(order, seconds=PLAY_S, is_sliced=True)
        halves, foreign = [], []
        for recorded, system in enumerate(OURS_HALVES):
            found = []
            with stage(
                system, order, viewers, nap_us=self._nap_us, realtime=self._realtime
            ) as running:
                for _ in range(PLAYS):
                    played = perform(*running, order, viewers_per_room=viewers)
                    if played.fault:
                        return Reading({}, played.foreign, played.fault)
                    found.append(played.produced)
                    foreign.append(played.foreign)
            halves.append(figures(found, viewers, recorded))
        together = {name: statistics.fmean(half[name] for half in halves) for name in halves[0]}
        return Reading(together, statistics.fmean(foreign))


def figures(plays: Sequence[Produced], viewers: int, recorded: int) -> dict[str, float]:
    """Return CPU per delivery in µs: medians over slices, and over neighbours.

    Parameters
    ----------
    recorded : int
        Which slices are of rooms with hop stamps: 0 those with even numbers, 1 the others.
    """
    costs, chunks = [], 0
    for play in plays:
        slices = play.slices[_UNSETTLED:]
        costs.append({number: cpu_ns / n / viewers / 1e3 for number, cpu_ns, n in slices})
        chunks += sum(n for number, _, n in play.slices if number % 2 == recorded)
    settled_us = sum(play.settled_ns for play in plays) / chunks / viewers / 1e3
    without_us = statistics.median(
        cost for of in costs for number, cost in of.items() if number % 2 != recorded
    )
    ratio = statistics.median(each for of in costs for each in _ratios(of, recorded))
    return {
        "with_us": ratio * without_us + settled_us,
        "without_us": without_us,
        "settled_us": settled_us,
        "ratio": ratio + settled_us / without_us,
    }


def _ratios(costs: Mapping[int, float], recorded: int) -> Iterator[float]:
    """Yield, for each two neighbours, the cost of the one with stamps to that of the other."""
    for number, cost in costs.items():
        if number + 1 in costs:
            ratio = cost / costs[number + 1]
            yield ratio if number % 2 == recorded else 1 / ratio
