from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract.tags import Tags, TagScanner, check_tag_name

CLOSE = Tags(["</text>"])
TWO = Tags(["<text>", "<thought>"])


@pytest.mark.parametrize("name", ["", "<text>", "a b", "/text", "a>", "a\n"])
def test_names_that_cannot_be_tags(name: str) -> None:
    with pytest.raises(InvalidInputError, match="give the bare name"):
        check_tag_name(name)


def test_a_name_comes_back() -> None:
    assert check_tag_name("x-y:z.1") == "x-y:z.1"


def test_the_first_of_several_tags_wins() -> None:
    scanner = TagScanner()
    scanner.feed("a<thought>b<text>c")
    assert [scanner.take(TWO) for _ in range(3)] == [
        ("a", "<thought>"),
        ("b", "<text>"),
        ("c", None),
    ]


@pytest.mark.parametrize("cut", range(1, len("</text>")))
def test_a_partial_tag_is_kept_back(cut: int) -> None:
    scanner = TagScanner()
    scanner.feed("ab" + "</text>"[:cut])
    assert scanner.take(CLOSE) == ("ab", None)
    scanner.feed("</text>"[cut:] + "rest")
    assert scanner.take(CLOSE) == ("", "</text>")
    assert scanner.rest() == "rest"


def test_what_cannot_become_a_tag_is_released() -> None:
    scanner = TagScanner()
    scanner.feed("a</te")
    assert scanner.take(CLOSE) == ("a", None)
    scanner.feed("<</")
    assert scanner.take(CLOSE) == ("</te<", None)
    assert scanner.rest() == "</"
    assert scanner.rest() == ""


def test_a_margin_counts_utf16_units_and_never_cuts_a_pair() -> None:
    scanner = TagScanner()
    scanner.feed("abc😀d")
    assert scanner.take(CLOSE, 2) == ("abc", None)
    scanner.feed("ef")
    assert scanner.take(CLOSE, 3) == ("😀", None)
    assert scanner.release(CLOSE) == "def"


def test_a_margin_larger_than_the_text_keeps_all_of_it() -> None:
    scanner = TagScanner()
    scanner.feed("abc")
    assert scanner.take(CLOSE, 10) == ("", None)
    assert scanner.take(CLOSE) == ("abc", None)


def test_release_keeps_a_partial_tag() -> None:
    scanner = TagScanner()
    scanner.feed("abc</te")
    assert scanner.take(CLOSE, 10) == ("", None)
    assert scanner.release(CLOSE) == "abc"
    assert scanner.release(CLOSE) == ""
    scanner.feed("xt>")
    assert scanner.take(CLOSE) == ("", "</text>")
