"""Shift: how two samples differ, from the fastest streams to the slowest."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.measures import Metric, metric_of, values
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.plot import axis, theme
from jupyter_agentchat.plot.figure import Figure, canvas
from jupyter_agentchat.plot.scale import without, written
from jupyter_agentchat.plot.source import Source, samples
from jupyter_agentchat.stats import QuantileShift, shift_function

_TWO = 2


def shift(
    source: Source | Mapping[str, Any],
    other: Source | None = None,
    metric: str | Metric = "ttft",
    *,
    by: str = "agent",
    at: str = "agent",
    confidence: float = 0.95,
    seed: int = 0,
) -> Figure:
    """Draw the difference a - b of each decile, with its interval.

    A flat line is a constant delay; one that rises to the right is a heavier tail of a.

    Parameters
    ----------
    source, other : Log, or mapping
        a and b; or one log with two groups, or a mapping of two logs by name.
    metric : str or callable
        What is measured of each stream.
    by : str
        The column that makes two groups of one log.
    at : str
        The hop whose instants are measured.
    confidence : float
        Of each interval by itself.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Figure
        Its frame has columns p, a, b, shift, low, high: in the unit of the metric; low and high are
        missing where a sample is too small to tell of that decile.

    Raises
    ------
    InvalidInputError
        There are not two groups, or one has no number.
    """
    name, _, unit = metric_of(metric)
    groups = _two(source, other, at, by)
    every = {group: values(members, metric) for group, members in groups.items()}
    (one, of_one), (two, of_two) = (
        (group, [v for v in of if not isinstance(v, NA)]) for group, of in every.items()
    )
    found = shift_function(of_one, of_two, confidence=confidence, seed=seed)
    if isinstance(found, NA):
        raise InvalidInputError(f"a group has no number for {name}: {found.reason}")
    columns = ["p", "a", "b", "shift", "low", "high"]
    rows = [[None if isinstance(value, NA) else value for value in each] for each in found]
    frame = pd.DataFrame(rows, columns=columns, dtype=float)
    with canvas(3.2) as (drawing, (axes,)):
        axes.axhline(0, color=theme.DIM, linewidth=1)
        known = frame[frame["low"].notna()]
        axes.vlines(
            known["p"], known["low"], known["high"], color=theme.LIVE, linewidth=5, alpha=0.28
        )
        axes.plot(frame["p"], frame["shift"], color=theme.LIVE, linewidth=1.6, marker="o",
                  markersize=4.5)  # fmt: skip
        axes.xaxis.set_major_locator(FixedLocator(frame["p"].tolist()))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda p, _: f"{p * 100:.0f} %"))
        if unit == "s":
            axis.linear(axes, "y")
        axes.set_xlabel(f"quantile of {written(name)} at the {at}")
        axes.set_ylabel(f"{one} − {two}" + (f" ({unit})" if unit not in {"s", "1", ""} else ""))  # noqa: RUF001 - a minus
        axis.quiet(axes)
        n = f"{len(of_one)} and {len(of_two)} streams{without(chain(*every.values()))}"
        axis.note(axes, f"{n} · {confidence * 100:g} % each")
    return Figure(drawing, frame, _alt(every, name, unit, found))


def _two(
    source: Source | Mapping[str, Any], other: Source | None, at: str, by: str
) -> dict[str, list[Any]]:
    if other is None:
        groups = samples(source, at=at, by=by)
    else:
        groups = samples({"a": source, "b": other}, at=at, by=by)
    if len(groups) != _TWO:
        raise InvalidInputError(f"a shift is between two groups; here are {len(groups)}")
    return groups


def _alt(
    groups: Mapping[str, list[float | NA]], metric: str, unit: str, found: list[QuantileShift]
) -> str:
    parts = []
    for each in (found[0], found[len(found) // 2], found[-1]):
        shown = axis.duration(each.shift) if unit == "s" else f"{each.shift:.3g}"
        parts.append(f"{shown} at {each.p * 100:.0f} %")
    which = f"{written(metric)}, {' minus '.join(groups)}"
    missing = [
        f"; of {name} {len(of)} streams{words}"
        for name, of in groups.items()
        if (words := without(of))
    ]
    return f"Difference of {which}, by quantile: {', '.join(parts)}{''.join(missing)}."
