"""Scales that fit their unit, and metrics as people write them."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes

from jupyter_agentchat.metrics import NA
from jupyter_agentchat.plot import axis

_LETTERS = frozenset({"ttft", "ttfc", "ttst", "icl", "itl", "tpot", "e2e"})
_WIDE = 20
"""Beyond this ratio a scale of durations is logarithmic."""


def scale(axes: Axes, which: str, low: float, high: float, unit: str) -> None:
    """Scale an axis for values from `low` to `high`: durations as such, wide ones by decades."""
    if unit != "s":
        return
    if low > 0 and high / low > _WIDE:
        axis.logarithmic(axes, which, low, high)
    else:
        axis.linear(axes, which)


def written(metric: str) -> str:
    """Return a metric's name as people write it: ``TTFT``, ``stall ratio``."""
    if metric == "qoe":
        return "QoE"
    return metric.upper() if metric in _LETTERS else metric.replace("_", " ")


def without(values: Iterable[float | NA]) -> str:
    """Return ``, 3 without a number`` of values three of which are missing; nothing of none.

    Streams that failed have no latency: a figure that left them out unsaid would show survivors.
    """
    missing = sum(isinstance(value, NA) for value in values)
    return f", {missing} without a number" if missing else ""


def title(metric: str, at: str, unit: str) -> str:
    """Return what an axis measures: metric, hop, and the unit unless the ticks carry it."""
    named = f"{written(metric)} at the {at}"
    return named if unit in {"s", "1", ""} else f"{named} ({unit})"
