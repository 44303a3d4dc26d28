"""Normalized latency."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import NS_PER_S, token_count
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.e2e import end_of
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.timeline import Timeline


def normalized_latency(timeline: Timeline, *, dialect: str = "agentchat") -> float | NA:
    """Return the end-to-end latency per output token.

    Formula: ``E2E / n``. Unit: s per token. Needs a completed stream and a known n >= 1.

    Notes
    -----
    It contains the wait for the first token, so that a long wait before a fast answer and a steady
    answer can be equal. Source: Etalon ``normalized_end_to_end_latency``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | {"etalon"}:
        return unpublished("normalized latency", speaker)
    end = end_of(timeline, speaker)
    if isinstance(end, NA):
        return end
    n = token_count(timeline, speaker)
    if isinstance(n, NA):
        return n
    return (end - timeline.t_request) / (n * NS_PER_S)
