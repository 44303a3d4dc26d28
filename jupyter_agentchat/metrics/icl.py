"""Inter-chunk latency."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jupyter_agentchat.metrics.content import NS_PER_S, arrivals
from jupyter_agentchat.metrics.dialects import Dialect, resolve
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline


def icl(timeline: Timeline, *, dialect: str = "agentchat") -> list[float] | NA:
    """Return the gaps between consecutive content chunks.

    Formula: ``ICL_i = c_(i+1) - c_i``. Unit: s, one value for each gap. Needs two content chunks;
    equal instants give 0.

    Notes
    -----
    A gap is between chunks, not tokens: see `itl`. In any dialect it is the gaps between what that
    tool takes for content, published or not. Sources: AIPerf
    ``inter_chunk_latency_metric.py`` (in October 2025 it refused equal instants), vLLM, which calls
    the same list ITL.
    """
    instants = gapped(timeline, resolve(dialect))
    if isinstance(instants, NA):
        return instants
    found = gaps(instants)
    if dialect == "aiperf@2025-10" and 0.0 in found:
        return NA("two chunks arrived at one instant, which AIPerf refused in October 2025")
    return found


def gapped(timeline: Timeline, dialect: Dialect) -> Sequence[int] | NA:
    """Return the instants of the content chunks if there are two at least."""
    instants = arrivals(timeline, dialect)
    if not isinstance(instants, NA) and len(instants) < 2:  # noqa: PLR2004 (two chunks, one gap)
        return undefined("one content chunk has no gap")
    return instants


def gaps(instants: Sequence[int]) -> list[float]:
    """Return the differences of consecutive instants (ns) in seconds."""
    return [(two - one) / NS_PER_S for one, two in pairwise(instants)]
