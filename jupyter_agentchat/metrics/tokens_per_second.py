"""Output tokens per second of one stream."""

from __future__ import annotations

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.content import NS_PER_S, token_count
from jupyter_agentchat.metrics.dialects import AIPERF, OWN, resolve, unpublished
from jupyter_agentchat.metrics.e2e import end_of
from jupyter_agentchat.metrics.na import NA, undefined
from jupyter_agentchat.metrics.timeline import Timeline
from jupyter_agentchat.metrics.tpot import tpot

_PER_REQUEST = OWN | AIPERF | {"guidellm", "llmperf", "etalon"}


def tokens_per_second(
    timeline: Timeline,
    *,
    dialect: str = "agentchat",
    over: str = "e2e",
    prompt_tokens: int = 0,
) -> float | NA:
    """Return how many tokens came per second.

    Formula: ``n / E2E``, or ``(n - 1) / (E2E - TTFT)`` with ``over="decode"``. Unit: tokens/s.
    Needs a completed stream, a known n >= 1 (2 for decode) and a duration that is not 0.

    Parameters
    ----------
    timeline : Timeline
        The stream.
    dialect : str
        GuideLLM and LLMPerf divide by their own E2E, which ends with the request. AIPerf's number
        "per user" is 1 / ITL. Only ours knows ``over="decode"``.
    over : {"e2e", "decode"}
        The time to divide by.
    prompt_tokens : int
        Counted beside the output: GuideLLM's ``tokens_per_second`` has them in, its
        ``output_tokens_per_second`` has not.

    Raises
    ------
    InvalidInputError
        `over` is something else.

    Notes
    -----
    The tokens per second of a *run* are another number under the same name. Sources: GuideLLM
    ``request_stats.py``, AIPerf ``output_token_throughput_metrics.py``, LLMPerf, Etalon.
    """
    if over not in {"e2e", "decode"}:
        raise InvalidInputError(f"over is {over!r}; it has to be 'e2e' or 'decode'")
    speaker = resolve(dialect)
    if dialect not in (OWN if over == "decode" else _PER_REQUEST):
        return unpublished(f"tokens per second of one request over its {over} time", speaker)
    if over == "decode" or dialect in AIPERF:
        return _inverse(tpot(timeline, dialect=dialect))
    end = end_of(timeline, speaker)
    if isinstance(end, NA):
        return end
    n = token_count(timeline, speaker)
    if isinstance(n, NA):
        return n
    if end == timeline.t_request:
        return undefined("the answer took no time")
    return (n + prompt_tokens) * NS_PER_S / (end - timeline.t_request)


def _inverse(value: float | NA) -> float | NA:
    if isinstance(value, NA):
        return value
    return 1 / value if value else undefined("the tokens took no time")
