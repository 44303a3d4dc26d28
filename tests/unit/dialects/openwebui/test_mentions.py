from __future__ import annotations

import pytest

from jupyter_agentchat.dialects.openwebui.mentions import mentioned

MODELS = {"eliza", "ollama:llama3", "org/model:tag"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", ()),
        ("<@M:eliza> hello", ("eliza",)),
        ("<@M:ollama:llama3|Llama 3> and <@M:eliza|E>, <@M:eliza>", ("ollama:llama3", "eliza")),
        ("<@M:org/model:tag>", ("org/model:tag",)),
        ("<@U:eliza> <@M:gpt> <@M:> <@M:eliza", ()),
        ("<@M:" * 10_000, ()),
    ],
)
def test_models_that_are_there_are_found_once(text: str, expected: tuple[str, ...]) -> None:
    assert mentioned(text, MODELS) == expected
