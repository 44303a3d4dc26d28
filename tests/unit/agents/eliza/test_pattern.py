from __future__ import annotations

import time
from itertools import product

import pytest

from jupyter_agentchat.agents.eliza.notation import parse_pattern
from jupyter_agentchat.agents.eliza.pattern import Pattern, Span

FAMILY = {"family": frozenset({"mother", "father"})}


def pattern(text: str) -> Pattern:
    return parse_pattern(text, FAMILY)


def parts(text: str, clause: str) -> list[str] | None:
    words = clause.split()
    spans = pattern(text).match(words)
    return None if spans is None else [" ".join(words[a:b]) for a, b in spans]


@pytest.mark.parametrize(
    ("text", "clause", "expected"),
    [
        ("0", "a b", ["a b"]),
        ("0", "", [""]),
        ("a", "a", ["a"]),
        ("a", "a a", None),
        ("0 you 0 me", "it seems that you hate me", ["it seems that", "you", "hate", "me"]),
        ("0 i 0", "i", ["", "i", ""]),
        ("1 i 0", "i", None),
        ("0 2 me", "they all hate me", ["they", "all hate", "me"]),
        ("i (*want need) 0", "i need cake", ["i", "need", "cake"]),
        ("i (*want need) 0", "i like cake", None),
        ("0 my (/family) 0", "see my father run", ["see", "my", "father", "run"]),
        ("0 my (*dog /family)", "my dog", ["", "my", "dog"]),
        ("0 b 0", "a b c b d", ["a", "b", "c b d"]),
        ("0 b", "a b c b", ["a b c", "b"]),
        ("0 a b 0 b", "a a b", None),
        ("0 a b 0 b", "a a b b", ["a", "a", "b", "", "b"]),
        ("a 0 a", "a", None),
        ("3 0", "x y", None),
    ],
)
def test_parts(text: str, clause: str, expected: list[str] | None) -> None:
    assert parts(text, clause) == expected


def brute_force(pattern: Pattern, words: list[str]) -> bool:
    """Try every way to share the words among the elements."""

    def fits(element: int, at: int) -> bool:
        if element == len(pattern.elements):
            return at == len(words)
        current = pattern.elements[element]
        if current.gap:
            return any(fits(element + 1, end) for end in range(at, len(words) + 1))
        end = at + len(current.slots)
        return (
            end <= len(words)
            and all(s is None or w in s for s, w in zip(current.slots, words[at:end], strict=True))
            and fits(element + 1, end)
        )

    return fits(0, 0)


def test_it_matches_whenever_trying_everything_does() -> None:
    texts = ["0 a 0", "a 0 b", "0 a b 0 a 0", "0 1 a 0 b", "1 0 (*a b) 2", "0 a 0 a 0 a", "a b a"]
    for text, size in product(texts, range(7)):
        for letters in product("abc", repeat=size):
            words = list(letters)
            spans = pattern(text).match(words)
            assert (spans is not None) == brute_force(pattern(text), words), (text, words)
            if spans is not None:
                assert covers(spans, len(words))


def covers(spans: list[Span], total: int) -> bool:
    edges = [0, *(edge for span in spans for edge in span), total]
    return edges[::2] == edges[1::2]


def test_the_checker_of_parts_sees_a_hole() -> None:
    assert covers([(0, 1), (1, 3)], 3)
    assert not covers([(0, 1), (2, 3)], 3)
    assert not covers([(0, 1)], 3)


def test_a_pattern_made_to_explode_costs_a_walk() -> None:
    cruel = pattern(" ".join(["0", "x"] * 20 + ["y", "0", "z"]))
    words = ["x"] * 200_000 + ["y"]
    start = time.perf_counter()
    assert cruel.match(words) is None
    assert cruel.match([*words, "z"]) is not None
    assert time.perf_counter() - start < 2  # backtracking would not end in a lifetime
