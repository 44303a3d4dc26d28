"""Inter-token latency: one name, six definitions."""

from __future__ import annotations

from itertools import chain, repeat

from jupyter_agentchat.metrics.content import (
    NS_PER_S,
    arrivals,
    chunk_counts,
    finished,
    token_count,
    token_instants,
)
from jupyter_agentchat.metrics.dialects import Dialect, resolve
from jupyter_agentchat.metrics.icl import gaps
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline
from jupyter_agentchat.metrics.tpot import tpot


def itl(timeline: Timeline, *, dialect: str = "agentchat") -> float | list[float] | NA:
    """Return the latency between tokens: a mean, or a list, as the dialect has it.

    Unit: s. The tools agree on nothing but the name:

    ==================== ====== =====================================================
    dialect              shape  formula
    ==================== ====== =====================================================
    agentchat            mean   ``(E2E - TTFT) / (n - 1)``, our `tpot`
    aiperf               mean   ``(E2E - TTFT) / (n - k_1)``, k_1 the tokens of the first
                                chunk where known, else 1
    aiperf@2025-10       mean   ``(E2E - TTFT) / (n - 1)``
    guidellm             mean   ``(c_m - c_1) / (n - 1)``, n falling back to the chunks
    llmperf              mean   ``(TTFT + sum of gaps) / n``: it *contains* TTFT
    vllm                 list   the gap before each chunk; one of 8 tokens counts once
    sglang               list   a chunk of k tokens gives k values ``gap / k``; one of
                                unknown size gives its gap; hides jitter by construction
    etalon               list   a chunk of k tokens gives its gap and k - 1 zeros
    ==================== ====== =====================================================

    Needs two tokens for a mean that leaves the first out. A list of one chunk is empty.

    Notes
    -----
    Sources: AIPerf ``inter_token_latency_metric.py``, GuideLLM ``inter_token_latency_ms``, LLMPerf
    ``token_benchmark_ray.py`` (one of its two paths divides by received lines, the other by tokens;
    this is the latter), vLLM and SGLang ``itl``, Etalon ``inter_token_times``.
    """
    speaker = resolve(dialect)
    if dialect == "guidellm":
        return _guidellm(timeline, speaker)
    if dialect == "llmperf":
        return _llmperf(timeline, speaker)
    if dialect == "sglang":
        return _spread(timeline, speaker)
    if dialect in {"vllm", "etalon"}:
        see = token_instants if dialect == "etalon" else arrivals
        instants = see(timeline, speaker)
        return instants if isinstance(instants, NA) else gaps(instants)
    return tpot(timeline, dialect=dialect)


def _guidellm(timeline: Timeline, dialect: Dialect) -> float | NA:
    instants = finished(timeline, dialect)
    if isinstance(instants, NA):
        return instants
    n = token_count(timeline, dialect)
    if isinstance(n, NA):
        return n
    if n == 1:
        return undefined("one output token has no time between tokens")
    return (instants[-1] - instants[0]) / ((n - 1) * NS_PER_S)


def _llmperf(timeline: Timeline, dialect: Dialect) -> float | NA:
    instants = finished(timeline, dialect)
    if isinstance(instants, NA):
        return instants
    n = token_count(timeline, dialect)
    if isinstance(n, NA):
        return n
    return (instants[-1] - timeline.t_request) / (n * NS_PER_S)


def _spread(timeline: Timeline, dialect: Dialect) -> list[float] | NA:
    instants = arrivals(timeline, dialect)
    if isinstance(instants, NA):
        return instants
    found = gaps(instants)
    counts = chunk_counts(timeline, dialect)
    if counts is None:
        return found
    shares = (repeat(gap / k, k) for gap, k in zip(found, counts[1:], strict=True))
    return list(chain.from_iterable(shares))
