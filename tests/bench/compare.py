"""Medians with their spread, and ratios between neighbours in time."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from msgspec import Struct

from tests.bench.results import Measurement

_FOR_QUARTILES = 3


class Spread(Struct, frozen=True):
    """The median of `n` values and the quartiles around it; below three values the extremes."""

    median: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        """Return the spread of `values`; None if there are none."""
        if not values:
            return None
        low, high = min(values), max(values)
        if len(values) >= _FOR_QUARTILES:
            low, _, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(statistics.median(values), low, high, len(values))

    def show(self, digits: int) -> str:
        """Return ``median [low–high]``."""
        if self.n == 1:
            return f"{self.median:,.{digits}f}"
        return f"{self.median:,.{digits}f} [{self.low:,.{digits}f}–{self.high:,.{digits}f}]"


def values(measurements: Sequence[Measurement], case: str, figure: str) -> list[float]:
    """Return a figure of every valid measurement of a case."""
    return [
        each.figures[figure]
        for each in measurements
        if each.case == case and each.status == "ok" and figure in each.figures
    ]


def ratios(measurements: Sequence[Measurement], case: str, base: str, figure: str) -> list[float]:
    """Return `figure` of each valid measurement of `case` over that of its neighbours in `base`.

    The neighbours are the measurements of `base` just before and just after in the same round;
    with both, their mean. A round without any gives no ratio.
    """
    found = []
    for each in measurements:
        if each.case == case and each.status == "ok" and figure in each.figures:
            reference = _nearby(measurements, each, base, figure)
            if reference:
                found.append(each.figures[figure] / reference)
    return found


def _nearby(
    measurements: Sequence[Measurement], each: Measurement, base: str, figure: str
) -> float | None:
    if each.case == base:
        return each.figures[figure]
    others = [
        other
        for other in measurements
        if other.case == base
        and other.round == each.round
        and other.status == "ok"
        and other.figures.get(figure, 0) > 0
    ]
    before = [other for other in others if other.at_s <= each.at_s]
    after = [other for other in others if other.at_s > each.at_s]
    near = [max(before, key=_at)] if before else []
    near += [min(after, key=_at)] if after else []
    if not near:
        return None
    return statistics.fmean(other.figures[figure] for other in near)


def _at(measurement: Measurement) -> float:
    return measurement.at_s
