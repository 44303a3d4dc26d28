"""End-to-end latency."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import finished, seconds
from jupyter_agentchat.metrics.dialects import Dialect, resolve
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline

_TO_REQUEST_END = frozenset({"guidellm", "llmperf"})


def e2e(timeline: Timeline, *, dialect: str = "agentchat") -> float | NA:
    """Return the time from the request to the end of its answer.

    Formula: ``E2E = L - t_request``. Unit: s. Needs a completed stream with one content chunk.

    Parameters
    ----------
    timeline : Timeline
        The stream.
    dialect : str
        Where the answer ends. L is the last content chunk (agentchat, AIPerf, Etalon), the last
        chunk that has choices (vLLM: neither the usage chunk nor ``[DONE]``), `t_end` (GuideLLM's
        request end, LLMPerf's connection end; without it NA), or the last line received, that is
        `t_end` or else the last chunk of any kind (SGLang).

    Notes
    -----
    Sources: AIPerf ``request_latency_metric.py``, GuideLLM ``request_latency``, LLMPerf
    ``end_to_end_latency_s``, vLLM ``latency``, SGLang ``latency``, Etalon ``end_to_end_latency``.
    """
    end = end_of(timeline, resolve(dialect))
    return end if isinstance(end, NA) else seconds(end - timeline.t_request)


def end_of(timeline: Timeline, dialect: Dialect) -> int | NA:
    """Return the instant at which the answer ended, as `dialect` sees it."""
    instants = finished(timeline, dialect)
    if isinstance(instants, NA):
        return instants
    if dialect.name in _TO_REQUEST_END:
        return _request_end(timeline, dialect)
    if dialect.name == "sglang":
        return timeline.t_chunks[-1] if timeline.t_end is None else _request_end(timeline, dialect)
    return instants[-1]


def _request_end(timeline: Timeline, dialect: Dialect) -> int | NA:
    if timeline.t_end is None:
        return undefined(f"{dialect.tool} measures to the end of the request, and t_end is unknown")
    if timeline.t_end < timeline.t_chunks[-1]:
        return NA("the request ended before its last chunk arrived")
    return timeline.t_end
