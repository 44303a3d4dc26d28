"""Gaps over time, with the moments at which readers came back."""

from __future__ import annotations

from itertools import pairwise
from typing import Protocol, runtime_checkable

import pandas as pd
from matplotlib.axes import Axes

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.content import NS_PER_S
from jupyter_agentchat.plot import axis, theme
from jupyter_agentchat.plot.figure import Figure, canvas
from jupyter_agentchat.plot.source import Source, Stream, first_request, streams_of

_FLOOR = 1e-6
_SHAPES = "os^v"
"""Groups differ in more than colour."""
_DRAWN_ALONE = 3000
"""Of more gaps the marks become one picture: a million of them would be 60 MB of SVG."""


@runtime_checkable
class _Connected(Protocol):
    def connections(self) -> pd.DataFrame: ...


def gaps(source: Source, *, at: str = "agent", stall: float = 1.0) -> Figure:
    """Draw each gap at the time of the chunk that ended it, and each reconnection as a line.

    Parameters
    ----------
    source : Log, mapping of str to Timeline, or iterable of Timeline
        The streams, of one clock.
    at : str
        The hop whose instants are drawn, of a log.
    stall : float
        Gaps longer than this (s) are drawn as stalls.

    Returns
    -------
    Figure
        Its frame has columns what (``gap`` or ``reconnect``), id, group, t_s since the first
        request, and gap_s.

    Raises
    ------
    InvalidInputError
        No stream has two chunks, or the streams are of two clocks.
    """
    shown = streams_of(source, at=at)
    start = first_request(shown)
    rows = [row for each in shown for row in _rows(each, start)]
    if not rows:
        raise InvalidInputError("no stream has two chunks: there is no gap to draw")
    rows += _reconnections(source, start)
    frame = pd.DataFrame(rows, columns=["what", "id", "group", "t_s", "gap_s"])
    points = frame[frame["what"] == "gap"]
    returns = frame[frame["what"] == "reconnect"]
    with canvas(3.2) as (drawing, (axes,)):
        _draw(axes, points, returns, stall)
        axis.note(axes, f"{len(points)} gaps of {len(shown)} streams")
    return Figure(drawing, frame, _alt(points, returns, stall), dict.fromkeys(points["group"]))


def _rows(each: Stream, start: int) -> list[tuple[str, str, str, float, float]]:
    if each.timeline.problem is not None:
        return []
    return [
        ("gap", each.id, each.group, (two - start) / NS_PER_S, (two - one) / NS_PER_S)
        for one, two in pairwise(each.timeline.t_chunks)
    ]


def _reconnections(source: Source, start: int) -> list[tuple[str, str, str, float, float]]:
    """Return the openings of connections that resumed another, on the same clock."""
    if not isinstance(source, _Connected):
        return []
    every = source.connections()
    resumed = every[every["resumed_from"].notna() & (every["opened"] >= start)]
    return [
        ("reconnect", str(row["conn_id"]), str(row["transport"]), t, float("nan"))
        for row in resumed.to_dict("records")
        for t in [(int(row["opened"]) - start) / NS_PER_S]
    ]


def _draw(axes: Axes, points: pd.DataFrame, returns: pd.DataFrame, stall: float) -> None:
    for number, (group, of) in enumerate(points.groupby("group", sort=False)):
        axes.plot(
            of["t_s"],
            of["gap_s"].clip(lower=_FLOOR),
            linestyle="none",
            marker=_SHAPES[number % len(_SHAPES)],
            markersize=2.8,
            rasterized=len(points) > _DRAWN_ALONE,
            alpha=0.65,
            markeredgewidth=0,
            color=theme.colour(str(group)),
            label=str(group),
        )
    long = points[points["gap_s"] > stall]
    if len(long):
        axes.plot(
            long["t_s"],
            long["gap_s"],
            linestyle="none",
            marker="D",
            markersize=4.2,
            color=theme.WARN,
            markeredgewidth=0,
            label=f"stall (over {axis.duration(stall)})",
        )
    for number, t in enumerate(returns["t_s"]):
        label = "reader came back" if number == 0 else None
        axes.axvline(t, color=theme.LIVE, linewidth=1.1, linestyle=(0, (4, 2)), label=label)
    _axes(axes, points["gap_s"])
    if len(set(points["group"])) > 1 or len(long) or len(returns):
        axes.legend(
            loc="upper left",
            bbox_to_anchor=(0, 1.14),
            ncols=5,
            fontsize=9,
            handlelength=1.4,
            markerscale=1.6,
        )


def _axes(axes: Axes, found: pd.Series[float]) -> None:
    axis.logarithmic(axes, "y", float(found.clip(lower=_FLOOR).min()), float(found.max()))
    axis.linear(axes, "x")
    axes.set_xlabel("time since the first request")
    axes.set_ylabel("gap")
    axis.quiet(axes)


def _alt(points: pd.DataFrame, returns: pd.DataFrame, stall: float) -> str:
    long = int((points["gap_s"] > stall).sum())
    return (
        f"Gaps of {points['id'].nunique()} streams over time on a log scale, median "
        f"{axis.duration(float(points['gap_s'].median()))}, longest "
        f"{axis.duration(float(points['gap_s'].max()))}; {long} longer than "
        f"{axis.duration(stall)}; readers came back {len(returns)} times."
    )
