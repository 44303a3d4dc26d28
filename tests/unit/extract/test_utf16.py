from __future__ import annotations

import pytest

from jupyter_agentchat.extract.utf16 import (
    SurrogateJoiner,
    is_high_surrogate,
    utf16_length,
    well_formed,
)


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("abc", 3), ("é", 1), ("\uffff", 1), ("😀", 2), ("a😀\ud83d", 4)]
)
def test_length(text: str, units: int) -> None:
    assert utf16_length(text) == units


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("é😀", "é😀"),
        ("\ud83d\ude00", "😀"),
        ("a\ud83d", "a\ufffd"),
        ("\ude00a", "\ufffda"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
    ],
)
def test_well_formed(text: str, expected: str) -> None:
    assert well_formed(text) == expected


def test_only_first_halves_are_high() -> None:
    assert [is_high_surrogate(char) for char in "a\ud800\udbff\udc00😀"] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_joiner_waits_for_the_second_half() -> None:
    joiner = SurrogateJoiner()
    assert [joiner.feed(part) for part in ("a\ud83d", "", "\ude00b")] == ["a", "", "😀b"]
    assert joiner.finish() == ""


def test_joiner_replaces_a_first_half_whose_second_never_comes() -> None:
    joiner = SurrogateJoiner()
    assert joiner.feed("\ud83d") == ""
    assert joiner.feed("x") == "\ufffdx"
    assert joiner.feed("\ud83d\ud83d") == "\ufffd"
    assert joiner.finish() == "\ufffd"
    assert joiner.finish() == ""
