"""Axes that carry units."""

from __future__ import annotations

from math import floor, log10

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from jupyter_agentchat.plot import theme

_FEW_DECADES = 2.5
_UNITS = ((1.0, 1, "s"), (1e-3, 1e3, "ms"), (1e-6, 1e6, "µs"), (1e-9, 1e9, "ns"))


def duration(seconds: float) -> str:
    """Return a duration as people write it: ``231 ms``, ``1.2 s``, ``40 µs``."""
    size = abs(seconds)
    if size == 0:
        return "0 s"
    sign = "−" if seconds < 0 else ""  # noqa: RUF001 - a minus
    if size >= 600:  # noqa: PLR2004 - beyond, decimals of seconds are noise
        return f"{sign}{size / 60:.0f} min"
    _, factor, unit = next((each for each in _UNITS if size >= each[0] * 0.9995), _UNITS[-1])
    value = size * factor
    digits = max(0, 2 - floor(log10(abs(value) * 1.0005)))
    text = f"{value:.{digits}f}"
    return f"{sign}{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"


def logarithmic(axes: Axes, which: str, low: float, high: float) -> None:
    """Make an axis (``x`` or ``y``) of seconds logarithmic, with ticks where they have room."""
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    axis = axes.xaxis if which == "x" else axes.yaxis
    decades = log10(high / low) if 0 < low < high else 1
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if decades < _FEW_DECADES else (1.0,)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: duration(value)))


def linear(axes: Axes, which: str) -> None:
    """Write durations at the ticks of an axis of seconds."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: duration(value)))


def rows(axes: Axes, labels: list[str]) -> None:
    """Write one label at each row, the first on top."""
    axes.yaxis.set_major_locator(FixedLocator(list(range(len(labels)))))
    axes.set_yticklabels(labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)


def quiet(axes: Axes) -> None:
    """Leave out the marks beside the tick labels; the grid says where they are."""
    axes.tick_params(length=0, pad=5)
    axes.spines["left"].set_visible(False)
    axes.grid(visible=False, axis="x")


def note(axes: Axes, text: str) -> None:
    """Write a dim line above the axes, at the right: what was measured, and of how much."""
    axes.set_title(text, loc="right", color=theme.DIM, fontsize=8.5, fontweight="normal")
