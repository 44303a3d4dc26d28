"""Statistics of measured streams: intervals, tests with effect sizes, corrections, power.

Functions of plain numbers, one for each stream, in whatever unit; scipy does the mathematics. The
unit of analysis is the stream. What has no number is `NA` with a reason.
"""

from __future__ import annotations

from jupyter_agentchat.stats.bootstrap import Bootstrap, bootstrap
from jupyter_agentchat.stats.comparison import Comparison, compare_samples
from jupyter_agentchat.stats.holm import holm
from jupyter_agentchat.stats.mann_whitney import MannWhitney, mann_whitney
from jupyter_agentchat.stats.omission import correct_omission
from jupyter_agentchat.stats.power import sample_size
from jupyter_agentchat.stats.shift import Shift, hodges_lehmann, paired_shift
from jupyter_agentchat.stats.shift_function import QuantileShift, shift_function
from jupyter_agentchat.stats.warm_up import Trimmed, autocorrelation, mser, trim

__all__ = [
    "Bootstrap",
    "Comparison",
    "MannWhitney",
    "QuantileShift",
    "Shift",
    "Trimmed",
    "autocorrelation",
    "bootstrap",
    "compare_samples",
    "correct_omission",
    "hodges_lehmann",
    "holm",
    "mann_whitney",
    "mser",
    "paired_shift",
    "sample_size",
    "shift_function",
    "trim",
]
