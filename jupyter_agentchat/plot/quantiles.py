"""Quantiles up to the tail, as far as the sample tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from jupyter_agentchat import metrics as m
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.measures import Metric, metric_of, values
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.metrics.slo import objectives
from jupyter_agentchat.plot import axis, theme
from jupyter_agentchat.plot.figure import Figure, canvas
from jupyter_agentchat.plot.scale import scale, title, without, written
from jupyter_agentchat.plot.source import Source, samples

_MARKS = (0.0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)


def quantiles(
    source: Source | Mapping[str, Any],
    metric: str | Metric = "ttft",
    *,
    slo: str | Mapping[str, float] | None = None,
    by: str = "agent",
    at: str = "agent",
) -> Figure:
    """Draw the quantiles of a metric on an axis that gives the tail its room, and objectives.

    Every stream is one step of the curve, which is solid as far as the sample has distribution-free
    95 % intervals, and thin beyond. Where it crosses an objective's line, that share meets it.

    Parameters
    ----------
    source : Log, or mapping of str to Log or to timelines
        The groups: of one log by `by`, of a mapping its entries.
    metric : str or callable
        What is measured of each stream.
    slo : str or mapping, optional
        As `goodput` takes it; its objective for `metric` is drawn.
    by, at : str
        The column that groups, and the hop that is measured.

    Returns
    -------
    Figure
        Its frame has columns group, p, value, supported.

    Raises
    ------
    InvalidInputError
        A name is unknown, or no stream has a number.
    """
    name, _, unit = metric_of(metric)
    found = {
        group: values(members, metric) for group, members in samples(source, at=at, by=by).items()
    }
    groups = {
        group: sorted(float(v) for v in of if not isinstance(v, NA)) for group, of in found.items()
    }
    groups = {group: numbers for group, numbers in groups.items() if numbers}
    if not groups:
        raise InvalidInputError(f"no stream has a number for {name}: there is nothing to draw")
    limits = [] if slo is None else [each.limit for each in objectives(slo) if each.metric == name]
    frame = pd.concat([_steps(group, numbers) for group, numbers in groups.items()])
    with canvas(3.4) as (drawing, (axes,)):
        for number, (group, of) in enumerate(frame.groupby("group", sort=False)):
            _draw(axes, of, str(group), number)
        for limit in limits:
            axes.axhline(limit, color=theme.WARN, linewidth=1.2, linestyle=(0, (5, 2)))
            shown = axis.duration(limit) if unit == "s" else f"{limit:g}"
            axes.text(
                *(0.995, limit, f"objective {shown}"),
                transform=axes.get_yaxis_transform(),
                ha="right",
                va="bottom",
                fontsize=8.5,
                color=theme.WARN,
            )
        every = [*frame["value"], *limits]
        scale(axes, "y", min(every), max(every), unit)
        _tail(axes, max(map(len, groups.values())))
        axes.set_ylabel(title(name, at, unit))
        if len(groups) > 1:
            axes.legend(loc="upper left", fontsize=9, handlelength=2.6)
        n = " and ".join(str(len(numbers)) for numbers in groups.values())
        axis.note(axes, f"{n} streams{without(chain(*found.values()))}")
    words = _alt(name, unit, groups, limits, found)
    return Figure(drawing, frame.reset_index(drop=True), words, groups)


def _steps(group: str, ascending: list[float]) -> pd.DataFrame:
    """Return the sample's steps: the value of rank i is its quantile up to p = i / n."""
    n = len(ascending)
    p = [(rank - 0.5) / n for rank in range(1, n + 1)]
    told = [not isinstance(m.order_interval(ascending, each), NA) for each in p]
    return pd.DataFrame({"group": group, "p": p, "value": ascending, "supported": told})


def _draw(axes: Axes, steps: pd.DataFrame, group: str, number: int) -> None:
    paint, dashes = theme.colour(group), theme.DASHES[number % len(theme.DASHES)]
    x = 1 / (1 - steps["p"])
    axes.step(x, steps["value"], where="mid", color=paint, linewidth=0.9, alpha=0.55)
    told = steps["supported"]
    axes.step(x[told], steps["value"][told], where="mid", color=paint, linewidth=2,
              linestyle=dashes, label=group)  # fmt: skip


def _tail(axes: Axes, n: int) -> None:
    axes.set_xscale("log")
    marks = [p for p in _MARKS if 1 / (1 - p) <= 2 * n]
    axes.xaxis.set_major_locator(FixedLocator([1 / (1 - p) for p in marks]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([f"{p * 100:g} %" for p in marks])
    axes.set_xlim(1, 2 * n)
    axes.set_xlabel("share of streams")
    axes.tick_params(length=0)


def _alt(
    name: str,
    unit: str,
    groups: dict[str, list[float]],
    limits: list[float],
    found: Mapping[str, list[float | NA]],
) -> str:
    def shown(value: float) -> str:
        return axis.duration(value) if unit == "s" else f"{value:.3g} {unit}".strip()

    parts = [
        f"{group}: median {shown(m.quantile(numbers, 0.5))}, slowest {shown(numbers[-1])}"
        + without(found[group])
        for group, numbers in groups.items()
    ]
    parts += [f"{group}: none{without(of)}" for group, of in found.items() if group not in groups]
    for limit in limits:
        met = [
            f"{sum(v <= limit for v in numbers)} of {len(numbers)}" for numbers in groups.values()
        ]
        parts.append(f"at most {shown(limit)}: {', '.join(met)}")
    return f"Quantiles of {written(name)} up to the tail. {'; '.join(parts)}."
