from __future__ import annotations

import pytest

from jupyter_agentchat.agents.eliza import shipped_script, words
from jupyter_agentchat.agents.eliza.listen import clauses
from jupyter_agentchat.agents.eliza.notation import parse_template
from jupyter_agentchat.agents.eliza.speak import MAX_PART, render, shorten, swap


def other_side(text: str) -> str:
    (clause,) = clauses(text, shipped_script())
    return swap(clause.norms, clause.texts, shipped_script())


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("i am with you", "you are with me"),
        ("am I wrong", "are you wrong"),
        ("you are my friend", "I am your friend"),
        ("are you mine", "am I yours"),
        ("i was yours", "you were mine"),
        ("you hurt yourself", "I hurt myself"),
        ("because you never listen to me", "because I never listen to you"),
        ("i told you", "you told me"),
        ("i told you that you can go", "you told me that I can go"),
        ("i'm happy and you're sad", "you are happy and I am sad"),
        ("you and me", "you and me"),
        ("you were right about my work", "I was right about your work"),
        ("I never am late", "you never are late"),
        ("i can't see why you can't", "you can't see why I can't"),
        ("python and NUMPY", "Python and NumPy"),
        ("he gave it to you yesterday", "he gave it to me yesterday"),
    ],
)
def test_person(said: str, answered: str) -> None:
    assert other_side(said) == answered


def rendered(template: str, clause: str, *spans: tuple[int, int]) -> str:
    (heard,) = clauses(clause, shipped_script())
    return render(parse_template(template, len(spans)), heard, spans, shipped_script())


def test_a_sentence_begins_with_a_capital() -> None:
    assert rendered("{1}? {2}, then.", "my dog", (0, 1), (1, 2)) == "Your? Dog, then."


def test_neighbouring_parts_are_swapped_as_one() -> None:
    assert rendered("{1} {2}", "asked you why", (0, 1), (1, 3)) == "Asked me why"
    assert rendered("{1}, {2}", "asked you why", (0, 1), (1, 3)) == "Asked, I why"


def test_a_long_part_is_cut_at_a_word() -> None:
    cut = shorten("word " * 100)
    assert len(cut) <= MAX_PART
    assert cut.endswith("word…")
    assert shorten("x" * 1000) == "x" * (MAX_PART - 1) + "…"
    assert shorten("short") == "short"


@pytest.mark.parametrize(
    ("text", "chunks"),
    [
        ("", []),
        ("Hello.", ["Hello."]),
        ("How are you?", ["How ", "are ", "you?"]),
        ("  two\n\nlines ", ["  ", "two\n\n", "lines "]),
    ],
)
def test_words(text: str, chunks: list[str]) -> None:
    assert words(text) == chunks
