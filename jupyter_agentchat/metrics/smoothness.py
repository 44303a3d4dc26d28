"""Smoothness: how even the gaps are."""

from __future__ import annotations

from itertools import pairwise

from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.icl import gapped
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline


def smoothness(timeline: Timeline, *, dialect: str = "agentchat") -> float | NA:
    """Return how evenly the content chunks came, whatever their speed.

    Formula: Jain's fairness index of the gaps, ``(sum g)^2 / (k * sum g^2) = 1 / (1 + CV^2)`` for k
    gaps. No unit: 1 if all gaps are equal, 1/k if one of them is all. Needs two content chunks at
    two instants.

    Notes
    -----
    Source: Jain, Chiu, Hawe, "A Quantitative Measure of Fairness and Discrimination", DEC-TR-301
    (1984), applied to gaps: our definition.
    """
    speaker = resolve(dialect)
    if dialect not in OWN:
        return unpublished("smoothness", speaker)
    instants = gapped(timeline, speaker)
    if isinstance(instants, NA):
        return instants
    whole = instants[-1] - instants[0]
    if whole == 0:
        return undefined("all chunks arrived at one instant")
    squares = sum((two - one) ** 2 for one, two in pairwise(instants))
    return whole**2 / ((len(instants) - 1) * squares)
