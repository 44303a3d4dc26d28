from __future__ import annotations

import pytest

from jupyter_agentchat.agents.eliza.script import ScriptError
from jupyter_agentchat.agents.eliza.sections import located, outline


def test_headings_take_the_indented_lines() -> None:
    sections = outline(
        "# note\nkey 3: Dream\n  [0]\n\n  # note\n\t- Yes.\nnone:\n  - Go on.\n", "s"
    )
    assert [(s.kind, s.argument, s.line, s.content) for s in sections] == [
        ("key", "3", 2, [(2, "Dream"), (3, "[0]"), (6, "- Yes.")]),
        ("none", "", 7, [(8, "- Go on.")]),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n  - Go on.\n", "s, line 2: an indented line needs a heading"),
        ("none:\n- Go on.\n", "s, line 2: '- Go on.' is no heading; a heading is one of key:"),
        ("keys: dream\n", "s, line 1: 'keys: dream' is no heading"),
    ],
)
def test_a_stray_line_is_named(text: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        outline(text, "s")
    assert str(caught.value).startswith(message)


def test_the_innermost_place_is_the_one_named() -> None:
    with (
        pytest.raises(ScriptError, match=r"^s, line 7: wrong\.$"),
        located("s", 1),
        located("s", 7),
    ):
        raise ScriptError("wrong")
