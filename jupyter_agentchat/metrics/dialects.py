"""Dialects: whose definition of a metric is meant, by tool and, where it changed, by version."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.na import NA, undefined

_TRAILERS = frozenset({"usage", "done"})
_SILENT = _TRAILERS | {"role", "empty", "", None}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One tool's way to look at a stream.

    Parameters
    ----------
    name : str
        What ``dialect=`` is given.
    tool : str
        What the tool calls itself.
    source : str
        Where its definitions were read.
    kinds : frozenset of str, optional
        The kinds of chunk that it counts as content; None: every kind that carries any.
    counts_empty : bool
        Whether a chunk without content (the opening role chunk) counts.
    """

    name: str
    tool: str
    source: str
    kinds: frozenset[str] | None = None
    counts_empty: bool = False

    def takes(self, kind: str | None, tokens: int | None) -> bool:
        """Return whether a chunk of this kind and number of tokens is content."""
        if self.counts_empty:
            return kind not in _TRAILERS
        if tokens == 0:
            return False
        return kind not in _SILENT if self.kinds is None else kind in self.kinds


_TEXT = frozenset({"text"})

DIALECTS = {
    dialect.name: dialect
    for dialect in (
        Dialect("agentchat", "agentchat", "docs/topics/measurement.md"),
        Dialect(
            "vllm",
            "vLLM",
            "vllm-project/vllm benchmarks/serve.py@009e6d4a, endpoint_request_func.py@02cfb534",
            counts_empty=True,
        ),
        Dialect("guidellm", "GuideLLM", "vllm-project/guidellm@ee7a7745 schemas/request_stats.py"),
        Dialect("aiperf", "AIPerf", "ai-dynamo/aiperf 0.13 metrics/types/@58dd5dea, @58028d5b"),
        Dialect("aiperf@2025-10", "AIPerf", "ai-dynamo/aiperf@db4f6397 metrics/types/"),
        Dialect("llmperf", "LLMPerf", "ray-project/llmperf@f1d6bed", kinds=_TEXT),
        Dialect(
            "sglang",
            "SGLang",
            "sgl-project/sglang benchmark/backends/oai_chat_client.py@55c7579c, sglang_client.py",
            kinds=frozenset({"text", "reasoning"}),
        ),
        Dialect("etalon", "Etalon", "project-etalon/etalon@d5f18de", kinds=_TEXT),
    )
}
"""Every dialect by name. A tool's bare name means its newest definition."""

OWN = frozenset({"agentchat"})
AIPERF = frozenset({"aiperf", "aiperf@2025-10"})


def resolve(name: str) -> Dialect:
    """Return the dialect of that name.

    Raises
    ------
    InvalidInputError
        There is none.
    """
    try:
        return DIALECTS[name]
    except (KeyError, TypeError):
        known = ", ".join(DIALECTS)
        raise InvalidInputError(f"dialect {name!r} is unknown; known are {known}") from None


def unpublished(metric: str, dialect: Dialect) -> NA:
    """Return the NA of a metric that the dialect's tool does not define."""
    return undefined(f"{dialect.tool} publishes no {metric}")
