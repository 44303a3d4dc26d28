"""Waterfall: when each chunk of each stream came."""

from __future__ import annotations

from itertools import pairwise
from math import nan

import pandas as pd
from matplotlib.axes import Axes

from jupyter_agentchat.metrics import NA, ttft
from jupyter_agentchat.metrics.content import NS_PER_S
from jupyter_agentchat.metrics.parameters import positive
from jupyter_agentchat.plot import axis, theme
from jupyter_agentchat.plot.figure import Figure, canvas
from jupyter_agentchat.plot.source import Source, Stream, first_request, streams_of

_ROW = 0.24


def waterfall(
    source: Source, *, at: str = "agent", limit: int = 40, stall: float = 1.0, run: bool = False
) -> Figure:
    """Draw each stream as a row: the wait for its first chunk, then a mark for each chunk.

    Parameters
    ----------
    source : Log, mapping of str to Timeline, or iterable of Timeline
        The streams.
    at : str
        The hop whose instants are drawn, of a log.
    limit : int
        Rows; of more streams the last ones are drawn.
    stall : float
        Gaps longer than this (s) are drawn as stalls.
    run : bool
        True puts all streams on one axis of time; else each row starts with its own request.

    Returns
    -------
    Figure
        Its frame has one row for each chunk: stream_id, group, index, t_s, gap_s (of the first
        one: TTFT).

    Raises
    ------
    InvalidInputError
        There is no stream, `stall` is not above 0, or a run's streams are of two clocks.
    """
    longest = positive(stall, "stall")
    every = streams_of(source, at=at)
    shown = every[-limit:]
    start = first_request(shown) if run else None
    rows: list[tuple[str, str, int, float, float]] = []
    with canvas(0.9 + _ROW * len(shown)) as (drawing, (axes,)):
        for place, each in enumerate(shown):
            zero = each.timeline.t_request if start is None else start
            rows += _row(axes, place, each, zero, longest)
        axis.rows(axes, [each.label for each in shown])
        axis.linear(axes, "x")
        axes.set_xlim(left=0)
        axes.set_xlabel("time since the first request" if run else "time since the request")
        of = f" of {len(every)}" if len(every) > len(shown) else ""
        axis.note(axes, f"{len(shown)}{of} streams · {len(rows)} chunks")
    frame = pd.DataFrame(rows, columns=["stream_id", "group", "index", "t_s", "gap_s"])
    return Figure(drawing, frame, _alt(shown, frame, longest), [each.group for each in shown])


def _row(
    axes: Axes, place: int, each: Stream, zero: int, stall: float
) -> list[tuple[str, str, int, float, float]]:
    timeline, paint = each.timeline, theme.colour(each.group)
    begin = (timeline.t_request - zero) / NS_PER_S
    at = [(instant - zero) / NS_PER_S for instant in timeline.t_chunks]
    if timeline.problem is not None or not at:
        axes.text(begin, place, " no chunk", color=theme.WARN, va="center", fontsize=8.5)
        return []
    axes.hlines(place, begin, at[0], color=theme.FAINT, linewidth=1.2)
    axes.hlines(place, at[0], at[-1], color=paint, linewidth=1, alpha=0.35)
    long = [(one, two) for one, two in pairwise(at) if two - one > stall]
    for one, two in long:
        axes.hlines(place, one, two, color=theme.WARN, linewidth=2.2)
    # One line with breaks instead of many: a tenth of the SVG.
    x = [value for instant in at for value in (instant, instant, nan)]
    axes.plot(x, [place - 0.32, place + 0.32, nan] * len(at), color=paint, linewidth=0.9)
    gaps = [at[0] - begin, *(two - one for one, two in pairwise(at))]
    return [
        (each.id, each.group, i, t, gap) for i, (t, gap) in enumerate(zip(at, gaps, strict=True))
    ]


def _alt(shown: list[Stream], frame: pd.DataFrame, stall: float) -> str:
    firsts = [ttft(each.timeline) for each in shown]
    known = [value for value in firsts if not isinstance(value, NA)]
    words = f"Waterfall of {len(shown)} streams with {len(frame)} chunks"
    if known:
        words += (
            f"; the first chunk came after {axis.duration(min(known))}"
            f" to {axis.duration(max(known))}"
        )
    stalls = int(((frame["gap_s"] > stall) & (frame["index"] > 0)).sum())
    gaps = "gap" if stalls == 1 else "gaps"
    return f"{words}; {stalls} {gaps} longer than {axis.duration(stall)}."
