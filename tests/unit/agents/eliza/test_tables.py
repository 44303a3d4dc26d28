from __future__ import annotations

import pytest

from jupyter_agentchat.agents.eliza.script import ScriptError
from jupyter_agentchat.agents.eliza.sections import outline
from jupyter_agentchat.agents.eliza.tables import (
    read_classes,
    read_names,
    read_replacements,
    read_swaps,
)


def test_classes_may_hold_earlier_ones() -> None:
    classes = read_classes(outline("class pet: Dog cat\nclass kin:\n  mother\n  /pet\n", "s"), "s")
    assert classes == {"pet": {"dog", "cat"}, "kin": {"mother", "dog", "cat"}}


def test_names_keep_their_spelling() -> None:
    assert read_names(outline("names: NumPy I\n  R\n", "s")) == {
        "numpy": "NumPy",
        "i": "I",
        "r": "R",
    }


def test_replacements_are_tried_longest_first() -> None:
    found = read_replacements(
        outline("replace:\n  i'd = i would\n  I'd better = i had better\n", "s"), "s"
    )
    assert [old for old, _ in found["i'd"]] == [("i'd", "better"), ("i'd",)]


def test_swaps_are_tried_longest_first_and_at_the_end_before_anywhere() -> None:
    text = "swap:\n  you = I\n  you . = me\n  you are = I am\n  (*to for) you = {1} me\n"
    swaps = read_swaps(outline(text, "s"), "s", {})
    assert [(len(swap.slots), swap.at_end) for swap in swaps["you"]] == [
        (2, False),
        (1, True),
        (1, False),
    ]
    assert swaps["to"] == swaps["for"]


@pytest.mark.parametrize(
    "text",
    ["class:\n  a\n", "class a: b\nclass a: c\n", "class a:\n", "class a: /b\n"],
)
def test_a_wrong_class_is_refused(text: str) -> None:
    with pytest.raises(ScriptError, match=r"^s, line \d: "):
        read_classes(outline(text, "s"), "s")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("swap:\n  you I\n", "s, line 2: 'you I' should be 'these words = those words'."),
        ("swap:\n  = I\n", "s, line 2: '= I' should be"),
        ("swap:\n  you 0 = I\n", "s, line 2: 'you 0' may hold single words"),
        ("swap:\n  you = {2}\n", "s, line 2: {2} has no part"),
    ],
)
def test_a_wrong_swap_is_explained(text: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read_swaps(outline(text, "s"), "s", {})
    assert str(caught.value).startswith(message)


def test_a_second_replacement_of_the_same_words_is_refused() -> None:
    with pytest.raises(ScriptError, match="line 3: 'im' is replaced already"):
        read_replacements(outline("replace:\n  im = i am\n  im = i'm\n", "s"), "s")
