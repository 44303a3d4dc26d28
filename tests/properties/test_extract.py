"""Where chunks are cut changes nothing, and no character is looked at too often."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_agentchat.extract import (
    ActionStreamFilter,
    BaseExtractor,
    JsonValueExtractor,
    PassthroughExtractor,
    ResponseStreamExtractor,
    StreamError,
    ThinkSplitter,
    XmlTagExtractor,
)
from jupyter_agentchat.extract.tags import Tags
from jupyter_agentchat.extract.utf16 import well_formed

Factory = Callable[[], BaseExtractor]

FACTORIES: dict[str, Factory] = {
    "passthrough": PassthroughExtractor,
    "xml": lambda: XmlTagExtractor("text"),
    "xml margin 10": lambda: XmlTagExtractor("text", margin=10),
    "xml long tag": lambda: XmlTagExtractor("a-tag-longer-than-ten", margin=10),
    "response": ResponseStreamExtractor,
    "response margin 10": lambda: ResponseStreamExtractor(margin=10),
    "response strict": lambda: ResponseStreamExtractor(strict=True),
    "action": ActionStreamFilter,
    "action margin 10": lambda: ActionStreamFilter(margin=10),
    "json": JsonValueExtractor,
    "json strict": lambda: JsonValueExtractor(strict=True),
    "json pointer": lambda: JsonValueExtractor("/response/0"),
}
ALL = pytest.mark.parametrize("make", FACTORIES.values(), ids=FACTORIES.keys())

MARKUP = [
    *("<text>", "</text>", "<actions>", "</actions>", "REPLY", "<thought>", "</thought>"),
    *("<a-tag-longer-than-ten>", "</a-tag-longer-than-ten>", "</te", "<", ">", "</think>"),
    *('{"response":', '"', "\\", "\\ud83d", "\\ude00", "\\n", "}", "[", "]", ",", " ", "1"),
    *("\ud83d", "\ude00", "😀", "é", "words of a model"),
]
SOUP = st.lists(st.sampled_from(MARKUP) | st.text(max_size=5), max_size=25).map("".join)
"""Arbitrary text, rich in what the extractors look for, halves of pairs included."""


def chunked(text: str, cuts: list[int]) -> list[str]:
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


def run(extractor: BaseExtractor, chunks: list[str]) -> tuple[str, bool, str | None]:
    """Return the joined text, the final `done`, and the code of an error."""
    outs: list[str] = []
    try:
        for chunk in chunks:
            outs.append(extractor.push(chunk))
            outs[-1].encode()
        outs.append(extractor.flush())
    except StreamError as error:
        return "".join(outs), extractor.done, error.code
    return "".join(outs), extractor.done, None


def check_any_split(make: Factory, text: str, cuts: list[int]) -> None:
    whole = run(make(), [text])
    assert run(make(), chunked(text, cuts)) == whole
    assert run(make(), list(text)) == whole


@ALL
@given(text=SOUP, cuts=st.lists(st.integers(0), max_size=8))
@example(text="<text>a</te", cuts=[8])
@example(text='{"response":"\\ud83d\\ude00"}', cuts=[14, 19])
def test_any_split_gives_the_same_text(make: Factory, text: str, cuts: list[int]) -> None:
    check_any_split(make, text, cuts)


class _Forgetful(XmlTagExtractor):
    """A planted fault: looks for tags in each chunk alone."""

    def _extract(self, text: str) -> str:
        shown = super()._extract(text)
        self._scanner.rest()
        return shown


def test_the_split_checker_sees_a_forgotten_partial_tag() -> None:
    with pytest.raises(AssertionError):
        check_any_split(lambda: _Forgetful("text"), "<text>abc</text>", [])


@given(st.text(), st.text(), st.sampled_from([None, 0, 1, 7, 10, 50]))
def test_xml_content_comes_out_unchanged(before: str, content: str, margin: int | None) -> None:
    before, content = before.replace("<", ""), content.replace("</text>", "")
    text, done, _ = run(
        XmlTagExtractor("text", margin=margin), list(f"{before}<text>{content}</text>rest")
    )
    assert (text, done) == (content, True)


@given(st.text(st.characters()), st.booleans())
def test_json_strings_come_out_unchanged(value: str, ascii_only: bool) -> None:  # noqa: FBT001
    document = json.dumps({"a": [value], "response": value}, ensure_ascii=ascii_only)
    expected = (well_formed(value), True, None)
    assert run(JsonValueExtractor(strict=True), list(document)) == expected
    assert run(JsonValueExtractor("/a/0", strict=True), [document]) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON.filter(lambda value: isinstance(value, (list, dict))))
def test_every_string_of_a_document_can_be_reached(document: object) -> None:
    finite = json.loads(json.dumps(document), parse_constant=lambda _: None)
    source = json.dumps(finite)
    for path, value in strings(finite, ()):
        assert run(JsonValueExtractor(path, strict=True), list(source)) == (value, True, None)


def strings(node: object, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], str]]:
    if isinstance(node, str):
        return [(path, node)]
    found: list[tuple[tuple[str | int, ...], str]] = []
    pairs = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in pairs:
        found += strings(value, (*path, key))
    return found


@given(SOUP.map(lambda text: text.replace("text>", "think>")), st.lists(st.integers(0), max_size=8))
def test_think_any_split_gives_the_same_pieces(text: str, cuts: list[int]) -> None:
    def by_kind(chunks: list[str]) -> list[tuple[str, str]]:
        splitter = ThinkSplitter()
        items = [item for chunk in chunks for item in splitter.feed(chunk)] + splitter.finish()
        joined: list[tuple[str, str]] = []
        for kind, piece in items:
            assert piece
            if joined and joined[-1][0] == kind:
                piece = joined.pop()[1] + piece  # noqa: PLW2901  # runs of one kind are one piece
            joined.append((kind, piece))
        return joined

    assert by_kind(chunked(text, cuts)) == by_kind([text]) == by_kind(list(text))


# ------------------------------------------------------------------ linear work


def rescanned(thing: object) -> int:
    """Return the length of text that an extractor holds as `str`, and so looks at again.

    What it only collects it keeps in lists, which a push appends to without reading them.
    """
    if isinstance(thing, str):
        return len(thing)
    if not type(thing).__module__.startswith(("jupyter_agentchat", "test_", "tests")):
        return 0
    return sum(rescanned(value) for value in vars(thing).values())


def work(make: Factory, text: str) -> int:
    """Return how many characters are looked at when `text` comes one character at a time."""
    extractor = make()
    total = 0
    for char in text:
        total += 1 + rescanned(extractor)
        with suppress(StreamError):  # what is no JSON stays cheap, too
            extractor.push(char)
    return total


def check_linear(make: Factory, unit: str) -> None:
    small, large = (work(make, unit * (size // len(unit))) for size in (1_024, 8_192))
    assert large <= 8.5 * small


WORK_UNITS = {
    "words": "a word ",
    "partial tags": "</tex<te<",
    "inside": "<text></tex ",
    "early text": "<text>early ",
    "actions": "<actions>x ",
    "blank": "  ",
    "json": '{"a":["\\ud83d\\ude00",1],"response":"',
    "brackets": "{",
}


@ALL
@pytest.mark.parametrize("unit", WORK_UNITS.values(), ids=WORK_UNITS.keys())
def test_one_character_at_a_time_is_linear(make: Factory, unit: str) -> None:
    check_linear(make, unit)


class _WholeBuffer(PassthroughExtractor):
    """A planted fault: searches everything seen so far at each push."""

    def _restart(self) -> None:
        self._buffer = ""

    def _extract(self, text: str) -> str:
        self._buffer += text
        return text if "</text>" not in self._buffer else ""


def test_the_work_checker_sees_a_buffer_that_is_searched_again() -> None:
    with pytest.raises(AssertionError):
        check_linear(_WholeBuffer, "a word ")


@pytest.mark.parametrize(
    "unit", ["<thought>x</thought>", "<text>a</text>", "<actions>", "<", "</text", "<text></tex"]
)
@pytest.mark.parametrize("make", [FACTORIES["xml"], FACTORIES["response"], FACTORIES["action"]])
def test_one_large_chunk_is_scanned_once(
    make: Factory, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned = 0
    search = Tags.search

    def counting(self: Tags, text: str, start: int) -> object:
        nonlocal scanned
        found = search(self, text, start)
        scanned += (found.end() if found else len(text)) - start
        return found

    monkeypatch.setattr(Tags, "search", counting)
    text = unit * (1_000_000 // len(unit))
    make().push(text)
    assert scanned <= len(text) + 16
