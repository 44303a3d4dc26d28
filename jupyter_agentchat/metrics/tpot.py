"""Time per output token."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import (
    NS_PER_S,
    chunk_counts,
    finished,
    token_count,
    token_instants,
)
from jupyter_agentchat.metrics.dialects import Dialect, resolve, unpublished
from jupyter_agentchat.metrics.e2e import end_of
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline


def tpot(timeline: Timeline, *, dialect: str = "agentchat") -> float | NA:
    """Return the mean time per output token.

    Formula: ``TPOT = (E2E - TTFT) / (n - 1)``, without the first token. Unit: s. Needs a completed
    stream, a known number of tokens n >= 2 and, in our dialect, two content chunks: tokens that
    came in one chunk have no time between them.

    Parameters
    ----------
    timeline : Timeline
        The stream.
    dialect : str
        vLLM and SGLang: the formula above with their own E2E and TTFT, one chunk allowed.
        GuideLLM: ``(c_m - t_request) / n``, *including* the first token, n falling back to the
        number of chunks. Etalon: the mean time between tokens, a chunk's further tokens 0 apart.
        AIPerf calls it inter-token latency: see `itl`. LLMPerf has none.

    Notes
    -----
    ``ttft + tpot * (n - 1) == e2e`` holds exactly before rounding. The best TPOT can be the worst
    experience: read it with `qoe` or `fluidity`. Sources: vLLM ``calculate_metrics``, GuideLLM
    ``time_per_output_token_ms``, SGLang ``metrics.py``, Etalon ``RequestMetrics.tpot``.
    """
    speaker = resolve(dialect)
    if dialect == "llmperf":
        return unpublished("time per output token", speaker)
    if dialect == "guidellm":
        return _including_first(timeline, speaker)
    if dialect == "etalon":
        return _between_tokens(timeline, speaker)
    return _after_first(timeline, speaker)


def _after_first(timeline: Timeline, dialect: Dialect) -> float | NA:
    instants = finished(timeline, dialect)
    if isinstance(instants, NA):
        return instants
    end = end_of(timeline, dialect)
    if isinstance(end, NA):
        return end
    n = token_count(timeline, dialect)
    if isinstance(n, NA):
        return n
    if n == 1:
        return undefined("one output token has no time per token after the first")
    if dialect.name == "agentchat" and len(instants) == 1:
        return undefined("all tokens came in one chunk: there is no time between them")
    return (end - instants[0]) / ((n - _first_tokens(timeline, dialect, n)) * NS_PER_S)


def _first_tokens(timeline: Timeline, dialect: Dialect, n: int) -> int:
    """Return how many of the n tokens the first content chunk is taken to hold.

    AIPerf 0.13 takes the known count if that leaves a token to divide by; all others take one.
    """
    counts = chunk_counts(timeline, dialect) if dialect.name == "aiperf" else None
    first = counts[0] if counts else 1
    return first if first < n else 1


def _including_first(timeline: Timeline, dialect: Dialect) -> float | NA:
    instants = finished(timeline, dialect)
    if isinstance(instants, NA):
        return instants
    n = token_count(timeline, dialect)
    if isinstance(n, NA):
        return n
    return (instants[-1] - timeline.t_request) / (n * NS_PER_S)


def _between_tokens(timeline: Timeline, dialect: Dialect) -> float | NA:
    still_open = finished(timeline, dialect)
    instants = token_instants(timeline, dialect)
    if isinstance(still_open, NA):
        return still_open
    if isinstance(instants, NA):
        return instants
    if len(instants) == 1:
        return undefined("one output token has no time between tokens")
    return (instants[-1] - instants[0]) / ((len(instants) - 1) * NS_PER_S)
