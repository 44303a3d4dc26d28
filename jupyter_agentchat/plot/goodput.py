"""Goodput over how strict the objectives are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from jupyter_agentchat import metrics as m
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, Timeline
from jupyter_agentchat.metrics.slo import DURATIONS, LARGER_IS_BETTER, objectives
from jupyter_agentchat.plot import axis, theme
from jupyter_agentchat.plot.figure import Figure, canvas
from jupyter_agentchat.plot.scale import written
from jupyter_agentchat.plot.source import Source, samples

_FACTORS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_POINTS = 121


def goodput(
    source: Source | Mapping[str, Any],
    slo: str | Mapping[str, float],
    *,
    by: str = "agent",
    at: str = "agent",
) -> Figure:
    """Draw the goodput if all limits were scaled by a factor, from a tenth to tenfold.

    At 1 stands the goodput for the objectives as they are; a steep curve there says that it hangs
    on the limits chosen.

    Parameters
    ----------
    source : Log, or mapping of str to Log or to timelines
        The groups, failed streams included.
    slo : str or mapping
        As `jupyter_agentchat.metrics.goodput` takes it.
    by, at : str
        The column that groups, and the hop that is measured.

    Returns
    -------
    Figure
        Its frame has columns group, factor, goodput (requests/s), good and n.

    Raises
    ------
    InvalidInputError
        A name is unknown, or no group has a duration.
    """
    limits = dict(objectives(slo))
    groups = {
        group: [each.timeline for each in members]
        for group, members in samples(source, at=at, by=by).items()
    }
    found = [_curve(group, run, limits) for group, run in groups.items()]
    frames = [each for each in found if not isinstance(each, NA)]
    if not frames:
        why = next(each.reason for each in found if isinstance(each, NA))
        raise InvalidInputError(f"no group has a duration: {why}")
    frame = pd.concat(frames, ignore_index=True)
    with canvas(3.2) as (drawing, (axes,)):
        axes.axvline(1, color=theme.DIM, linewidth=1, linestyle=(0, (4, 2.5)))
        for number, (group, of) in enumerate(frame.groupby("group", sort=False)):
            dashes = theme.DASHES[number % len(theme.DASHES)]
            axes.step(of["factor"], of["goodput"], where="post", linewidth=1.9, linestyle=dashes,
                      color=theme.colour(str(group)), label=str(group))  # fmt: skip
        _axes(axes, limits)
        if len(groups) > 1:
            axes.legend(loc="upper left", fontsize=9, handlelength=2.6)
        axis.note(axes, f"{sum(map(len, groups.values()))} streams")
    return Figure(drawing, frame, _alt(frame, limits), groups)


def _curve(group: str, run: list[Timeline], limits: Mapping[str, float]) -> pd.DataFrame | NA:
    columns = ["group", "factor", "goodput", "good", "n"]
    took = m.run_duration(run)
    if isinstance(took, NA):
        return took
    rows = []
    for factor in np.unique([*np.geomspace(_FACTORS[0], _FACTORS[-1], _POINTS), 1.0]).tolist():
        scaled = {
            metric: limit / factor if metric in LARGER_IS_BETTER else limit * factor
            for metric, limit in limits.items()
        }
        good = m.good_requests(run, slo=scaled)
        rows.append((group, factor, good / took, good, len(run)))
    return pd.DataFrame(rows, columns=columns)


def _axes(axes: Axes, limits: Mapping[str, float]) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(_FACTORS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"× {value:g}"))  # noqa: RUF001 - times
    axes.set_xlim(_FACTORS[0], _FACTORS[-1])
    axes.set_ylim(bottom=0)
    axes.set_xlabel(f"limits, of {_written(limits)}")
    axes.set_ylabel("goodput (requests/s)")
    axis.quiet(axes)


def _written(limits: Mapping[str, float]) -> str:
    return " and ".join(
        f"{written(metric)} {'≥' if metric in LARGER_IS_BETTER else '≤'} "
        + (axis.duration(limit) if metric in DURATIONS else f"{limit:g}")
        for metric, limit in limits.items()
    )


def _alt(frame: pd.DataFrame, limits: Mapping[str, float]) -> str:
    parts = [
        f"{row['group']} {row['goodput']:.3g} requests per second, {row['good']} of {row['n']} good"
        for row in frame[frame["factor"] == 1].to_dict("records")
    ]
    return f"Goodput over the strictness of {_written(limits)}. As they are: {'; '.join(parts)}."
