"""Time to first token."""

from __future__ import annotations

from jupyter_agentchat.metrics.content import arrivals, seconds
from jupyter_agentchat.metrics.dialects import resolve
from jupyter_agentchat.metrics.na import NA
from jupyter_agentchat.metrics.timeline import Timeline


def ttft(timeline: Timeline, *, dialect: str = "agentchat", kind: str | None = None) -> float | NA:
    """Return the time from the request to the first content chunk.

    Formula: ``TTFT = c_1 - t_request``. Unit: s. Needs one content chunk.

    Parameters
    ----------
    timeline : Timeline
        The stream.
    dialect : str
        Whose content: vLLM takes the first chunk that has choices, be it an empty role chunk;
        LLMPerf and Etalon want text, SGLang text or reasoning, all others anything but nothing.
    kind : str, optional
        Only chunks of this kind; ``kind="text"`` is what GuideLLM and AIPerf call time to first
        *output* token.

    Returns
    -------
    float or NA
        Seconds.

    Notes
    -----
    Sources: the dialects' sources; LLMPerf ``openai_chat_completions_client.py``, AIPerf
    ``ttft_metric.py``, GuideLLM ``time_to_first_token_ms``, vLLM ``endpoint_request_func.py``.
    """
    instants = arrivals(timeline, resolve(dialect), kind)
    if isinstance(instants, NA):
        return instants
    return seconds(instants[0] - timeline.t_request)
