from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.metrics.dialects import DIALECTS, resolve, unpublished

CONTRACT = {"agentchat", "vllm", "guidellm", "aiperf", "llmperf", "sglang", "etalon"}


def test_the_contract_names_all_of_them_and_each_tells_its_source() -> None:
    assert set(DIALECTS) >= CONTRACT
    assert all(dialect.source for dialect in DIALECTS.values())
    assert resolve("aiperf@2025-10").tool == "AIPerf"


@pytest.mark.parametrize("name", ["vLLM", "aiperf@1999", "", None, ["vllm"]])
def test_unknown_ones_raise_with_the_known_ones(name: str) -> None:
    with pytest.raises(InvalidInputError, match="known are agentchat, vllm"):
        resolve(name)


@pytest.mark.parametrize(
    ("kind", "tokens", "takers"),
    [
        ("text", 1, CONTRACT),
        ("text", None, CONTRACT),
        ("text", 0, {"vllm"}),
        ("reasoning", 1, {"agentchat", "vllm", "guidellm", "aiperf", "sglang"}),
        ("tool_call", 1, {"agentchat", "vllm", "guidellm", "aiperf"}),
        ("role", None, {"vllm"}),
        (None, None, {"vllm"}),
        ("usage", None, set()),
        ("done", 1, set()),
    ],
)
def test_what_counts_as_content(kind: str | None, tokens: int | None, takers: set[str]) -> None:
    assert {name for name in CONTRACT if resolve(name).takes(kind, tokens)} == takers


def test_what_a_tool_does_not_publish_is_undefined_rather_than_failed() -> None:
    value = unpublished("jitter", resolve("vllm"))
    assert (value.reason, value.failed) == ("vLLM publishes no jitter", False)
