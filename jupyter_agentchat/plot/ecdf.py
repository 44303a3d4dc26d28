"""Distribution of a metric with its confidence band."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from jupyter_agentchat import metrics as m
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.measures import Metric, metric_of, values
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.plot import axis, theme
from jupyter_agentchat.plot.figure import Figure, canvas
from jupyter_agentchat.plot.scale import scale, title, without, written
from jupyter_agentchat.plot.source import Source, samples

_Curve = tuple[str, list[float], list[float], float, int]


def ecdf(
    source: Source | Mapping[str, Any],
    metric: str | Metric = "ttft",
    *,
    by: str = "agent",
    at: str = "agent",
    confidence: float = 0.95,
) -> Figure:
    """Draw the share of streams that are at most so slow, with a band for the true share.

    Parameters
    ----------
    source : Log, or mapping of str to Log or to timelines
        The groups: of one log by `by`, of a mapping its entries.
    metric : str or callable
        What is measured of each stream.
    by : str
        A column of ``streams()``.
    at : str
        The hop whose instants are measured.
    confidence : float
        Of the band (Dvoretzky, Kiefer, Wolfowitz), which holds the whole curve.

    Returns
    -------
    Figure
        Its frame has columns group, x, f, low, high.

    Raises
    ------
    InvalidInputError
        A name is unknown, or no stream has a number.
    """
    name, _, unit = metric_of(metric)
    found = {
        group: values(members, metric) for group, members in samples(source, at=at, by=by).items()
    }
    every = [_curve(group, of, confidence) for group, of in found.items()]
    curves = [curve for curve in every if curve is not None]
    if not curves:
        raise InvalidInputError(f"no stream has a number for {name}: there is nothing to draw")
    with canvas(3.4 if len(curves) == 1 else 3.65) as (drawing, (axes,)):
        lowest = min(x for _, xs, *_ in curves for x in xs)
        highest = max(x for _, xs, *_ in curves for x in xs)
        scale(axes, "x", lowest, highest, unit)
        edge = highest + (highest - lowest) * 0.04
        for number, curve in enumerate(curves):
            _draw(axes, curve, number, edge)
        if len(curves) > 1:
            drawing.legend(
                *axes.get_legend_handles_labels(), loc="outside lower left", ncols=4, fontsize=9,
                handlelength=2.6,
            )  # fmt: skip
        axes.set_ylim(0, 1.02)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_xlabel(title(name, at, unit))
        axes.set_ylabel("streams at most so slow" if unit == "s" else "streams at most so high")
        axes.tick_params(length=0)
        n, missing = sum(c[4] for c in curves), without(chain(*found.values()))
        axis.note(axes, f"{n} streams{missing} · {confidence * 100:g} % band")
    rows = [
        (group, x, f, max(0.0, f - band), min(1.0, f + band))
        for group, xs, fs, band, _ in curves
        for x, f in zip(xs, fs, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["group", "x", "f", "low", "high"])
    return Figure(drawing, frame, _alt(name, unit, at, curves, found), [c[0] for c in curves])


def _curve(group: str, found: list[float | NA], confidence: float) -> _Curve | None:
    numbers = [float(value) for value in found if not isinstance(value, NA)]
    curve = m.ecdf(numbers, confidence=confidence)
    return None if isinstance(curve, NA) else (group, curve.x, curve.f, curve.band, len(numbers))


def _draw(axes: Axes, curve: _Curve, number: int, edge: float) -> None:
    group, x, f, band, _ = curve
    xs, fs = [x[0], *x, edge], [0.0, *f, 1.0]
    paint = theme.colour(group)
    low, high = [max(0.0, y - band) for y in fs], [min(1.0, y + band) for y in fs]
    dashes = theme.DASHES[number % len(theme.DASHES)]
    axes.fill_between(xs, low, high, step="post", color=paint, alpha=0.12, linewidth=0)
    for edge_of in (low, high):
        axes.step(
            xs, edge_of, where="post", color=paint, linewidth=0.7, alpha=0.5, linestyle=dashes
        )
    axes.step(xs, fs, where="post", color=paint, linewidth=1.8, linestyle=dashes, label=group)


def _alt(
    name: str, unit: str, at: str, curves: list[_Curve], found: Mapping[str, list[float | NA]]
) -> str:
    parts = []
    for group, xs, fs, _, n in curves:
        middle = next(x for x, f in zip(xs, fs, strict=True) if f >= 0.5)  # noqa: PLR2004 - median
        shown = axis.duration(middle) if unit == "s" else f"{middle:.3g} {unit}".strip()
        parts.append(f"{group}: {n} streams{without(found[group])}, half of them at most {shown}")
    drawn = {curve[0] for curve in curves}
    parts += [f"{group}: none{without(of)}" for group, of in found.items() if group not in drawn]
    return (
        f"Distribution of {written(name)} at the {at} with its confidence band. {'; '.join(parts)}."
    )
