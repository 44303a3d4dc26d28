from __future__ import annotations

import pytest

from jupyter_agentchat.agents.eliza import parse_script
from jupyter_agentchat.agents.eliza.listen import clauses, readable

SCRIPT = parse_script("""
names: I
replace:
  i'm = I am
  dont = don't
  a lot = much
key: hello
  - Yes.
none:
  - Go on.
""")


def heard(text: str) -> list[list[str]]:
    return [clause.norms for clause in clauses(readable(text), SCRIPT)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One, two. Three", [["one"], ["two"], ["three"]]),
        ("I came but you left", [["i", "came"], ["you", "left"]]),
        ("But why?", [["why"]]),
        ("a (b) c\nd", [["a"], ["b"], ["c"], ["d"]]),
        ("3.14 and 1,000 at 12:30", [["3.14", "and", "1,000", "at", "12:30"]]),
        ("open data.csv now", [["open", "data.csv", "now"]]),
        ("I'm here, I dont care a lot", [["i", "am", "here"], ["i", "don't", "care", "much"]]),
        ("I\u2019m \u201chere\u201d", [["i", "am", "here"]]),
        ("C++ and C#", [["c++", "and", "c#"]]),
        ("self-doubt -- again", [["self-doubt"], ["again"]]),
        ("...", []),
    ],
)
def test_clauses(text: str, expected: list[list[str]]) -> None:
    assert heard(text) == expected


def test_words_keep_their_spelling_but_for_a_known_first_one() -> None:
    (clause,) = clauses(readable("Hello Anna Hello"), SCRIPT)
    assert clause.texts == ["hello", "Anna", "Hello"]
    (clause,) = clauses(readable("Anna"), SCRIPT)
    assert clause.texts == ["Anna"]


def test_shouting_is_lowered_and_a_single_word_is_not() -> None:
    assert readable("I AM HERE") == "i am here"
    assert readable("DNA") == "DNA"


def test_accents_are_composed() -> None:
    assert readable("cafe\N{COMBINING ACUTE ACCENT}") == "café"


def test_only_the_beginning_is_read() -> None:
    assert len(readable("word " * 100_000)) == 4_000
