"""Staircase: tokens over time, against what a reader expects."""

from __future__ import annotations

from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics import NA, qoe
from jupyter_agentchat.metrics.content import NS_PER_S, token_instants
from jupyter_agentchat.metrics.dialects import resolve
from jupyter_agentchat.metrics.parameters import positive, real
from jupyter_agentchat.plot import axis, theme
from jupyter_agentchat.plot.figure import Figure, canvas
from jupyter_agentchat.plot.source import Source, Stream, streams_of

_COLUMNS = 3
_POINTS = 400


def staircase(
    source: Source,
    *,
    at: str = "agent",
    ttft_expected: float = 1.0,
    tds_expected: float = 4.8,
    limit: int = 9,
) -> Figure:
    """Draw the tokens of each stream over time, with the expected line and the loss of experience.

    The dashed line is what a reader expects; the shaded area is what he could not read by then.
    `qoe` (variant ``fluid.ratio.ttlt``) is 1 minus about that share of the area under the line: a
    reader ahead of the line makes up for it.

    Parameters
    ----------
    source : Log, mapping of str to Timeline, or iterable of Timeline
        The streams; only those with content are drawn.
    at : str
        The hop whose instants are drawn, of a log.
    ttft_expected, tds_expected : float
        As in `qoe`: s, and tokens/s.
    limit : int
        Panels; of more streams the last ones are drawn.

    Returns
    -------
    Figure
        Its frame has columns stream_id, t_s, delivered, readable and expected (tokens).

    Raises
    ------
    InvalidInputError
        No stream has a token, or a parameter is outside its range.
    """
    begin = real(ttft_expected, "ttft_expected", least=0)
    speed = positive(tds_expected, "tds_expected")
    shown = [each for each in streams_of(source, at=at) if _arrived(each)][-limit:]
    if not shown:
        raise InvalidInputError("no stream has a token: there is no staircase to draw")
    columns = min(_COLUMNS, len(shown))
    rows = ceil(len(shown) / columns)
    frames, scores = [], []
    with canvas(0.75 + 2.0 * rows, rows, columns, shared=True) as (drawing, panels):
        for axes, each in zip(panels, shown, strict=False):
            curves = _curves(_arrived(each), begin, speed)
            score = qoe(each.timeline, ttft_expected=begin, tds_expected=speed)
            scores.append((each.label, score))
            _panel(axes, curves, each, score)
            frames.append(curves.assign(stream_id=each.id))
        for axes in panels[len(shown) :]:
            axes.set_visible(False)
        drawing.supxlabel("time since the request", color=theme.DIM, fontsize=9.5)
        drawing.supylabel("tokens", color=theme.DIM, fontsize=9.5)
        drawing.legend(handles=_legend(begin, speed), loc="outside upper left", ncols=3, fontsize=9)
    names = ["stream_id", "t_s", "delivered", "readable", "expected"]
    frame = pd.concat(frames)[names]
    return Figure(
        drawing, frame.reset_index(drop=True), _alt(scores, begin, speed), (s.group for s in shown)
    )


def _arrived(each: Stream) -> list[float]:
    """Return when each token came, in s since the request."""
    instants = token_instants(each.timeline, resolve("agentchat"))
    if isinstance(instants, NA):
        return []
    return [(instant - each.timeline.t_request) / NS_PER_S for instant in instants]


def _curves(arrived: list[float], begin: float, speed: float) -> pd.DataFrame:
    """Return the three curves where any of them bends, and between."""
    n = len(arrived)
    end = max(arrived[-1], begin) * 1.02 or 1.0
    came = np.array(arrived)
    t = np.unique(np.concatenate([np.linspace(0, end, _POINTS), came, [begin]]))
    # Reading of a token begins when it is there and the one before is read.
    free = np.arange(n) / speed
    begun = np.maximum.accumulate(came - free) + free
    read = np.clip((t[:, None] - begun[None, :]) * speed, 0, 1).sum(axis=1)
    return pd.DataFrame(
        {
            "t_s": t,
            "delivered": np.searchsorted(came, t, side="right"),
            "readable": read,
            "expected": np.clip((t - begin) * speed, 0, n),
        }
    )


def _panel(axes: Axes, curves: pd.DataFrame, each: Stream, score: float | NA) -> None:
    t = curves["t_s"]
    axes.fill_between(
        t,
        curves["readable"],
        curves["expected"],
        where=(curves["expected"] > curves["readable"]).tolist(),
        color=theme.WARN,
        alpha=0.28,
        linewidth=0,
        interpolate=True,
    )
    axes.plot(t, curves["expected"], color=theme.DIM, linewidth=1.1, linestyle=(0, (4, 2.5)))
    axes.step(t, curves["delivered"], where="post", color=theme.LIVE, linewidth=1.8)
    axes.set_title(each.label)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axis.linear(axes, "x")
    axis.note(axes, "QoE NA" if isinstance(score, NA) else f"QoE {score:.3f}")
    axes.tick_params(length=0)


def _legend(begin: float, speed: float) -> list[Line2D | Patch]:
    reads = f"expected: from {axis.duration(begin)} on, {speed:g} tokens/s"
    return [
        Line2D([], [], color=theme.LIVE, linewidth=1.8, label="delivered"),
        Line2D([], [], color=theme.DIM, linewidth=1.1, linestyle=(0, (4, 2.5)), label=reads),
        Patch(color=theme.WARN, alpha=0.28, linewidth=0, label="loss"),
    ]


def _alt(scores: list[tuple[str, float | NA]], begin: float, speed: float) -> str:
    each = "; ".join(
        f"{label} {'NA' if isinstance(score, NA) else f'{score:.3f}'}" for label, score in scores
    )
    streams = "1 stream" if len(scores) == 1 else f"{len(scores)} streams"
    return (
        f"Tokens over time of {streams} against a reader who expects the first token "
        f"after {axis.duration(begin)} and {speed:g} tokens per second. Quality of experience: "
        f"{each or 'none'}."
    )
