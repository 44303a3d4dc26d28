"""Figures of logs and timelines: ``ac.plot.waterfall(log)`` and its like.

Each function takes a log, or timelines by name, and returns a `Figure` with the ``frame`` that it
drew and its words in ``alt``. matplotlib draws; what comes out is one SVG for light and dark.
"""

from __future__ import annotations

from jupyter_agentchat.plot.ecdf import ecdf
from jupyter_agentchat.plot.figure import Figure
from jupyter_agentchat.plot.gaps import gaps
from jupyter_agentchat.plot.goodput import goodput
from jupyter_agentchat.plot.heatmap import heatmap
from jupyter_agentchat.plot.hops import hops
from jupyter_agentchat.plot.quantiles import quantiles
from jupyter_agentchat.plot.shift import shift
from jupyter_agentchat.plot.staircase import staircase
from jupyter_agentchat.plot.waterfall import waterfall

__all__ = [
    "Figure",
    "ecdf",
    "gaps",
    "goodput",
    "heatmap",
    "hops",
    "quantiles",
    "shift",
    "staircase",
    "waterfall",
]
