"""Output tokens per content chunk."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import arrivals, token_count
from jupyter_agentchat.metrics.dialects import OWN, resolve, unpublished
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline


def tokens_per_chunk(
    timeline: Timeline, *, dialect: str = "agentchat", after_first: bool = False
) -> float | NA:
    """Return how many tokens a content chunk holds on the mean: 1 only if a chunk is a token.

    Formula: ``n / m``, or ``(n - 1) / (m - 1)`` with `after_first`, which takes the first chunk for
    one token. Unit: tokens. Needs a known n >= 1 (2) and m >= 1 (2) content chunks.

    Notes
    -----
    Sources: GuideLLM ``output_tokens_per_iteration`` and ``iter_tokens_per_iteration``.
    """
    speaker = resolve(dialect)
    if dialect not in OWN | {"guidellm"}:
        return unpublished("tokens per chunk", speaker)
    instants = arrivals(timeline, speaker)
    if isinstance(instants, NA):
        return instants
    n = token_count(timeline, speaker)
    if isinstance(n, NA):
        return n
    if not after_first:
        return n / len(instants)
    if n == 1 or len(instants) == 1:
        return undefined("nothing came after the first chunk")
    return (n - 1) / (len(instants) - 1)
