from __future__ import annotations

import pytest

from jupyter_agentchat.agents.eliza.shape import (
    ATTENTION,
    at_first_sight,
    on_reflection,
    without_code,
)


@pytest.mark.parametrize(
    ("text", "occasion"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("?!", "wordless"),
        ("\N{SLIGHTLY SMILING FACE}", "wordless"),
        ("___", "wordless"),
        ("a" * (ATTENTION + 1), "long"),
        ("```\nx\n```", "code"),
        ("```python", "code"),
        ("def f(x):\n    return x", "code"),
        ("x = 5", "code"),
        ("import numpy as np", "code"),
        ("from a import b", "code"),
        ("print('hello')", "code"),
        ("Traceback (most recent call last):", "code"),
        ("SELECT a FROM b", "code"),
        ("%timeit f()", "code"),
        ("<div>x</div>", "code"),
        ("I am sad; really (I am).", None),
        ("from home I see the sea", None),
        ("while I was there it rained", None),
        ("I don't get this:\n```\nx = 1\n```", None),
        ("42", None),
        ("привет", None),
    ],
)
def test_at_first_sight(text: str, occasion: str | None) -> None:
    assert at_first_sight(text) == occasion


@pytest.mark.parametrize(
    ("text", "occasion"),
    [
        ("42", "number"),
        ("2 + 2 = ?", "number"),
        ("-3.5e", None),
        ("привет как дела", "foreign"),
        ("你好", "foreign"),
        ("naïve café", None),
        ("hello", None),
    ],
)
def test_on_reflection(text: str, occasion: str | None) -> None:
    assert on_reflection(text) == occasion


def test_fences_are_left_out_even_when_nobody_closed_them() -> None:
    assert without_code("a ```x``` b ```y").split() == ["a", "b"]
