"""Hops: where the time of a chunk goes."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.frames.schemas import HOPS
from jupyter_agentchat.metrics import NA
from jupyter_agentchat.metrics.order_interval import sorted_interval
from jupyter_agentchat.plot import axis, theme
from jupyter_agentchat.plot.figure import Figure, canvas

_CHAIN = tuple(hop for hop in HOPS if hop != "store")
_ON_THE_PAGE = ("dom", "paint")
_COLUMNS = ["quantile", "hop", "duration_s", "uncertainty_s", "share_uncertain", "n"]
_MEDIAN = 0.5
_MOST = 0.5
_WRITTEN_FROM = 0.07
"""Share of the width that holds a name."""


@runtime_checkable
class HopLog(Protocol):
    """What this figure asks of a `Log`."""

    def hops(self) -> pd.DataFrame:
        """Return the hops."""
        ...


def hops(log: HopLog, *, quantiles: tuple[float, ...] = (0.5, 0.99)) -> Figure:
    """Draw how long each hop takes, end to end; the store beside them, for it is a branch.

    Each bar is made of one quantile of each hop: quantiles of parts do not sum to that of the
    whole, which stands at its end. A hop that most journeys made in less than its clocks can tell
    is hatched. Chunks that came as history are left out, and what a hidden page did with them; so
    is a quantile in a tail of which so few journeys cannot tell: p99 below 368, as in `summarize`.

    Parameters
    ----------
    log : Log
        The log.
    quantiles : tuple of float
        One bar for each, 0 to 1.

    Returns
    -------
    Figure
        Its frame has columns quantile, hop, duration_s, uncertainty_s (of the instant),
        share_uncertain, n, and hop ``whole`` for the time from the first instant to the last.

    Raises
    ------
    InvalidInputError
        It is no log, a quantile is none, no chunk passed two hops, or too few for every quantile.
    """
    if not isinstance(log, HopLog):
        raise InvalidInputError(f"hops are drawn of a Log, not of {type(log).__name__}")
    if not quantiles or not all(0 <= p <= 1 for p in quantiles):
        raise InvalidInputError(f"quantiles is {quantiles!r}; give numbers from 0 to 1")
    taken = _taken(log.hops())
    if taken.empty:
        raise InvalidInputError("no chunk passed two hops: there is no duration to draw")
    count = int((taken["hop"] == "whole").sum())
    unknown = [_name(p) for p in quantiles if not _is_told(p, count)]
    quantiles = tuple(p for p in quantiles if _is_told(p, count))
    left_out = f"{' and '.join(unknown)} left out: too few" if unknown else ""
    if not quantiles:
        raise InvalidInputError(f"{count} journeys: {left_out} to tell of that tail")
    frame = pd.concat([_at(taken, p) for p in quantiles], ignore_index=True)
    branch = bool((frame["hop"] == "store").any())
    with canvas(0.95 + 0.62 * len(quantiles) + 0.3, len(quantiles), shared=True) as (
        drawing,
        every,
    ):
        shown = frame[~frame["hop"].isin(["whole", "store"])]
        widest = float(shown.groupby("quantile")["duration_s"].sum().max())
        every[0].set_xlim(0, max(widest, 1e-9) * 1.03)
        for axes, p in zip(every, quantiles, strict=True):
            _bar(axes, frame[frame["quantile"] == p], p)
        notes = [f"{count} journeys", left_out, "store beside" if branch else ""]
        axis.note(every[0], " · ".join(filter(None, notes)))
        drawing.legend(
            *every[0].get_legend_handles_labels(), loc="outside lower left", ncols=8, fontsize=9,
            handlelength=1, columnspacing=1.2,
        )  # fmt: skip
    return Figure(drawing, frame, _alt(frame, left_out))


def _taken(found: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each hop of each journey: journey, hop, seconds, uncertainty."""
    found = found.assign(hop=found["hop"].astype(str), conn_id=found["conn_id"].fillna(""))
    found = found[~found["is_replay"] & ~(found["is_hidden"] & found["hop"].isin(_ON_THE_PAGE))]
    key = ["stream_id", "index", "conn_id"]
    chain = found[found["hop"] != "store"]
    whole = chain.groupby(key, observed=True, sort=False)["t_ns"].agg(["min", "max", "size"])
    whole = whole[whole["size"] > 1]
    first = chain.groupby(key, observed=True, sort=False)["t_ns"].transform("min")
    later = pd.concat([chain[chain["t_ns"] > first], found[found["hop"] == "store"]])
    # The first instant is where a journey begins, and takes no time.
    later = later[later["hop"] != _CHAIN[0]]
    rows = pd.DataFrame(
        {
            "hop": later["hop"],
            "seconds": later["duration_ns"].astype(float) / 1e9,
            "uncertainty_s": later["uncertainty_ns"].astype(float) / 1e9,
            "is_uncertain": later["is_uncertain"].astype(float),
        }
    )
    wholes = pd.DataFrame(
        {
            "hop": "whole",
            "seconds": (whole["max"] - whole["min"]) / 1e9,
            "uncertainty_s": np.nan,
            "is_uncertain": np.nan,
        }
    )
    return pd.concat([rows, wholes], ignore_index=True)


def _at(taken: pd.DataFrame, p: float) -> pd.DataFrame:
    rows = []
    for hop in (*_CHAIN[1:], "store", "whole"):
        of = taken[taken["hop"] == hop]
        if len(of):
            doubt = of["uncertainty_s"].median() if of["uncertainty_s"].notna().any() else np.nan
            share = float(of["is_uncertain"].mean())
            rows.append((p, hop, float(of["seconds"].quantile(p)), float(doubt), share, len(of)))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _bar(axes: Axes, bar: pd.DataFrame, p: float) -> None:
    by = bar.set_index("hop")
    whole = float(by.loc["whole", "duration_s"])  # type: ignore[arg-type]
    parts = [hop for hop in _CHAIN[1:] if hop in by.index]
    sizes = [max(0.0, float(by.loc[hop, "duration_s"])) for hop in parts]  # type: ignore[arg-type]
    left = 0.0
    for hop, size in zip(parts, sizes, strict=True):
        colour = theme.STEPS[_CHAIN.index(hop)]
        share = float(by.loc[hop, "share_uncertain"])  # type: ignore[arg-type]
        hidden = {"hatch": "////", "alpha": 0.45} if share > _MOST else {}
        axes.barh(0, size, left=left, color=colour, edgecolor=theme.GROUND, height=0.62, label=hop,
                  linewidth=0.8, **hidden)  # type: ignore[arg-type]  # fmt: skip
        if size > _WRITTEN_FROM * axes.get_xlim()[1]:
            axes.text(left + size / 2, 0, axis.duration(size), ha="center", va="center",
                      color=theme.GROUND, fontsize=8.5)  # fmt: skip
        left += size
    if "store" in by.index:
        size = float(by.loc["store", "duration_s"])  # type: ignore[arg-type]
        start = sum(sizes[: parts.index("bus") + 1]) if "bus" in parts else 0.0
        shown = min(size, max(axes.get_xlim()[1] - start, 0))
        axes.barh(-0.55, shown, left=start, color=theme.FAINT, height=0.26, label="store")
        if shown < size:
            beyond = f"store {axis.duration(size)} →"
            axes.text(
                *(start + shown, -0.56, beyond + " "),
                ha="right",
                va="center",
                color=theme.INK,
                fontsize=7.5,
            )
    axes.set_title(f"{_name(p)}: {axis.duration(whole)} end to end")
    axes.set_ylim(-0.72, 0.36)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    axes.grid(visible=False, axis="y")
    axis.linear(axes, "x")


def _name(p: float) -> str:
    return "median" if p == _MEDIAN else f"p{p * 100:g}"


def _is_told(p: float, n: int) -> bool:
    """Return whether n journeys tell of a quantile, by the rule of `summarize`.

    The least and the longest are facts of the sample, and stay.
    """
    return p in {0, _MEDIAN, 1} or not isinstance(sorted_interval(range(n), p, 0.95), NA)


def _alt(frame: pd.DataFrame, left_out: str) -> str:
    parts = []
    for p, bar in frame.groupby("quantile", sort=False):
        hops_ = "; ".join(
            f"{row['hop']} {axis.duration(float(row['duration_s']))}"
            for row in bar.to_dict("records")
        )
        parts.append(f"quantile {p}: {hops_}")
    parts += [left_out] if left_out else []
    return f"How long each hop of a chunk takes. {'. '.join(parts)}."
