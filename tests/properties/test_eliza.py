"""Whatever is said, ELIZA answers: some text, the same every time, short, and soon."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.agents.eliza import Eliza, shipped_script, words
from jupyter_agentchat.agents.eliza.engine import MAX_REPLY
from jupyter_agentchat.agents.eliza.notation import parse_pattern

ELIZA = Eliza(shipped_script())
LEXICON = """
    I you my your me am are was hate want to not because mother dream data sad what why how if can't
    don't never everybody eliza yes hello , . but ? I'm u ( {3} 0 newkey = pre
"""
SPOKEN = st.lists(st.sampled_from(LEXICON.split()), max_size=14).map(" ".join)
ANYTHING = st.text(st.characters(), max_size=200) | SPOKEN


@given(st.lists(ANYTHING, max_size=6), ANYTHING)
def test_any_text_is_answered_with_some_text(history: list[str], text: str) -> None:
    reply = ELIZA.reply(history, text)
    assert reply.strip()
    assert len(reply) <= MAX_REPLY
    assert not re.search(r"[{}]", reply)
    assert ELIZA.reply(history, text) == reply


@given(st.lists(ANYTHING, max_size=12))
def test_replaying_is_going_on(texts: list[str]) -> None:
    conversation = ELIZA.session()
    for place, text in enumerate(texts):
        assert conversation.reply(text) == ELIZA.reply(texts[:place], text)


@given(st.text())
def test_the_words_of_a_reply_are_the_reply(text: str) -> None:
    assert "".join(words(text)) == text
    assert all(chunk.strip() for chunk in words(text)[1:])


@given(
    st.lists(st.sampled_from(["x", "y", "1", "2", "(*x y)"]), min_size=1, max_size=8),
    st.lists(st.sampled_from(["x", "y", "z"]), max_size=30),
)
def test_a_pattern_agrees_with_a_regular_expression(elements: list[str], said: list[str]) -> None:
    source = " 0 ".join(["", *elements, ""]).strip()
    forms = {"x": "(x )", "y": "(y )", "1": r"(\w )", "2": r"(\w \w )", "(*x y)": "([xy] )"}
    expected = re.fullmatch(
        "".join(r"((?:\w )*?)" + forms[e] for e in elements) + r"((?:\w )*)",
        "".join(f"{word} " for word in said),
    )
    spans = parse_pattern(source, {}).match(said)
    assert (spans is None) == (expected is None)
    if spans is not None and expected is not None:
        found = ["".join(f"{word} " for word in said[a:b]) for a, b in spans]
        assert found == list(expected.groups())


@pytest.mark.parametrize(
    "unit", ["a", "a ", " ", "i am ", "```", "(", "x\n", "1", "?", "é", "want to ", "a" * 99 + "="]
)
def test_a_mebibyte_is_answered_at_once(unit: str) -> None:
    text = (unit * (2**20 // len(unit) + 1))[: 2**20]
    start = time.perf_counter()
    reply = ELIZA.reply([], text)
    assert time.perf_counter() - start < 0.5  # the promise is 0.1 s; other tests run beside us
    assert 0 < len(reply) <= MAX_REPLY


def test_a_thousand_messages_are_replayed_in_a_moment() -> None:
    history = [
        "I want to talk about my thesis",
        "because my supervisor is away",
        "yes",
        "x y",
    ] * 250
    start = time.perf_counter()
    ELIZA.reply(history, "hello")
    assert time.perf_counter() - start < 0.25  # the promise is 50 ms; other tests run beside us
