"""Heat map: every gap of every stream."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.colorbar import Colorbar
from matplotlib.colors import LogNorm
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.content import NS_PER_S
from jupyter_agentchat.plot import axis, theme
from jupyter_agentchat.plot.figure import Figure, canvas
from jupyter_agentchat.plot.source import Source, Stream, streams_of

_ROW = 0.2
_FLOOR = 1e-6
"""Gaps below a microsecond are drawn as one: chunks of one segment have none at all."""
_NAMED_UP_TO = 30
_THREE_DECADES = 1000


def heatmap(source: Source, *, at: str = "agent", limit: int = 200) -> Figure:
    """Draw the gap before each chunk as a colour, streams down and chunks across.

    Stalls stand out as bright cells, slow streams as bright rows, slow beginnings as a bright edge.

    Parameters
    ----------
    source : Log, mapping of str to Timeline, or iterable of Timeline
        The streams.
    at : str
        The hop whose instants are drawn, of a log.
    limit : int
        Rows; of more streams the last ones are drawn.

    Returns
    -------
    Figure
        Its frame has columns stream_id, group, index and gap_s.

    Raises
    ------
    InvalidInputError
        No stream has two chunks.
    """
    shown = [each for each in streams_of(source, at=at) if _gaps(each)][-limit:]
    if not shown:
        raise InvalidInputError("no stream has two chunks: there is no gap to draw")
    gaps = [_gaps(each) for each in shown]
    cells = np.full((len(shown), max(map(len, gaps))), np.nan)
    for row, of in zip(cells, gaps, strict=True):
        row[: len(of)] = np.maximum(of, _FLOOR)
    low, high = float(np.nanmin(cells)), float(np.nanmax(cells))
    with canvas(1.1 + min(4.5, max(0.8, _ROW * len(shown)))) as (drawing, (axes,)):
        colours = LogNorm(low, high if high > low else low * 1.01)
        extent = (0.5, cells.shape[1] + 0.5, len(shown) - 0.5, -0.5)
        picture = axes.imshow(
            cells,
            cmap=colormaps["viridis"],
            norm=colours,
            aspect="auto",
            interpolation="nearest",
            extent=extent,
        )
        _bar(drawing.colorbar(picture, ax=axes, pad=0.015, fraction=0.035), high / low)
        axes.grid(visible=False)
        axes.set_xlabel("chunk")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if len(shown) <= _NAMED_UP_TO:
            axes.set_yticks(range(len(shown)), [each.label for each in shown])
        else:
            axes.set_ylabel("stream")
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axis.note(axes, f"{len(shown)} streams · {sum(map(len, gaps))} gaps")
    rows = [
        (each.id, each.group, index, gap)
        for each, of in zip(shown, gaps, strict=True)
        for index, gap in enumerate(of, 1)
    ]
    frame = pd.DataFrame(rows, columns=["stream_id", "group", "index", "gap_s"])
    return Figure(drawing, frame, _alt(frame, len(shown)), (each.group for each in shown))


def _bar(bar: Colorbar, ratio: float) -> None:
    """Write durations beside the colours, where they have room."""
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    subs = (1.0, 3.0) if ratio < _THREE_DECADES else (1.0,)
    bar.ax.yaxis.set_major_locator(LogLocator(subs=subs))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: axis.duration(value)))
    bar.set_label("gap before the chunk", color=theme.DIM)


def _gaps(each: Stream) -> list[float]:
    if each.timeline.problem is not None:
        return []
    return [(two - one) / NS_PER_S for one, two in pairwise(each.timeline.t_chunks)]


def _alt(frame: pd.DataFrame, n: int) -> str:
    worst = frame.iloc[int(frame["gap_s"].argmax())]
    return (
        f"Gaps between the chunks of {n} streams as colours on a log scale. The median gap is "
        f"{axis.duration(float(frame['gap_s'].median()))}, the longest "
        f"{axis.duration(float(worst['gap_s']))} before chunk {int(worst['index'])} of "
        f"{worst['stream_id']}."
    )
