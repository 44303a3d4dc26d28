"""How a stream's tokens got their instants: counted, spread, or taken for chunks."""

from __future__ import annotations

from typing import Literal

from jupyter_agentchat.metrics.content import arrivals, chunk_counts, token_instants
from jupyter_agentchat.metrics.dialects import resolve
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.timeline import Timeline

TokenMethod = Literal["usage", "spread", "chunk"]


def token_method(timeline: Timeline, *, dialect: str = "agentchat") -> TokenMethod | NA:
    """Return what `fluidity`, `qoe` and `read_ahead` take for the instants of a stream's tokens.

    ``usage``: each chunk told how many it holds. ``spread``: only their number is known, and they
    are spread evenly over the content chunks. ``chunk``: each content chunk stands for one token,
    because there are as many, or because nobody counted.
    """
    speaker = resolve(dialect)
    instants, tokens = arrivals(timeline, speaker), token_instants(timeline, speaker)
    if isinstance(instants, NA):
        return instants
    if isinstance(tokens, NA):
        return tokens
    if chunk_counts(timeline, speaker) is not None:
        return "usage"
    return "chunk" if timeline.n_tokens in (None, len(instants)) else "spread"
