from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.extract.stop import StopSequences


def shown(stops: list[str], *chunks: str) -> list[str]:
    filter_ = StopSequences(stops)
    return [*(filter_.feed(chunk) for chunk in chunks), filter_.finish()]


def test_the_text_ends_before_the_first_stop() -> None:
    assert shown(["END", "\n\n"], "one\n\ntwo END") == ["one", ""]


def test_a_stop_is_found_across_chunks_and_only_its_beginning_is_held_back() -> None:
    assert shown(["END"], "abcE", "N", "D more", "later") == ["abc", "", "", "", ""]


def test_what_only_looked_like_a_stop_is_shown() -> None:
    assert shown(["END"], "abcE", "Nough", "E") == ["abc", "ENough", "", "E"]


def test_without_stops_nothing_is_held_back() -> None:
    assert shown([], "a", "b") == ["a", "b", ""]


@pytest.mark.parametrize("text", ["aab", "aaab", "abaab"])
def test_a_stop_that_repeats_its_own_beginning_is_found(text: str) -> None:
    filter_ = StopSequences(["aab"])
    got = "".join(filter_.feed(letter) for letter in text) + filter_.finish()
    assert filter_.is_found
    assert got == text[: text.find("aab")]


@given(st.text("ab", max_size=30), st.lists(st.text("ab", min_size=1, max_size=4), max_size=3))
def test_any_split_gives_the_same(text: str, stops: list[str]) -> None:
    whole = shown(stops, text)
    split = shown(stops, *text)
    first = min((text.find(stop) + len(stop) for stop in stops if stop in text), default=None)
    expected = text
    if first is not None:
        found = max((stop for stop in stops if text[:first].endswith(stop)), key=len)
        expected = text[: first - len(found)]
    assert "".join(whole) == "".join(split) == expected
