from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract.errors import MAX_BUFFER, MAX_CHUNK_SIZE, StreamError
from jupyter_agentchat.extract.xml_tag import XmlTagExtractor

BOTH = pytest.mark.parametrize("margin", [None, 10])


def pushed(extractor: XmlTagExtractor, *chunks: str) -> list[str]:
    return [extractor.push(chunk) for chunk in chunks]


@BOTH
@pytest.mark.parametrize(
    ("tag", "text", "content"),
    [
        ("text", "<response><text>Hello world!</text></response>", "Hello world!"),
        ("message", "<response><message>Custom</message></response>", "Custom"),
        ("text", "<a>ignored</a><text>extracted</text>", "extracted"),
        ("text", "<text></text>", ""),
        ("text", "<text>a<text>b</text>c</text>", "a<text>b"),
        ("text", "<TEXT>no</TEXT><text id='1'>no</text><text>yes</text>", "yes"),
    ],
)
def test_content_in_one_chunk(tag: str, text: str, content: str, margin: int | None) -> None:
    extractor = XmlTagExtractor(tag, margin=margin)
    assert extractor.push(text) == content
    assert extractor.done


@BOTH
def test_nothing_without_the_tag(margin: int | None) -> None:
    extractor = XmlTagExtractor("text", margin=margin)
    assert pushed(extractor, "<response><other>content</other></response>") == [""]
    assert (extractor.flush(), extractor.done) == ("", False)


def test_the_default_holds_back_only_a_partial_closing_tag() -> None:
    extractor = XmlTagExtractor("text")
    outs = pushed(extractor, "<text>Hello", " wor", "ld</", "b></te", "xt>tail")
    assert outs == ["Hello", " wor", "ld", "</b>", ""]
    assert extractor.done


def test_the_margin_holds_back_ten_units() -> None:
    extractor = XmlTagExtractor("text", margin=10)
    assert pushed(extractor, "<text>0123456789", "a", "bc") == ["", "0", "12"]
    assert extractor.flush() == "3456789abc"
    assert extractor.flush() == ""


@BOTH
def test_a_closing_tag_longer_than_the_margin_never_leaks(margin: int | None) -> None:
    extractor = XmlTagExtractor("description", margin=margin)
    outs = pushed(extractor, "<description>some words</descriptio", "n>")
    assert "".join(outs) == "some words"
    assert extractor.done


@BOTH
def test_flush_drops_a_partial_closing_tag_which_may_still_be_completed(margin: int | None) -> None:
    extractor = XmlTagExtractor("text", margin=margin)
    assert extractor.push("<text>Hello</te") + extractor.flush() == "Hello"
    assert not extractor.done
    assert extractor.push("xt>more") == ""
    assert extractor.done


@BOTH
def test_no_pair_is_cut(margin: int | None) -> None:
    extractor = XmlTagExtractor("text", margin=margin)
    outs = [*pushed(extractor, "<text>😀😀😀😀😀😀x", "\ud83d", "\ude00</text>")]
    assert "".join(outs) == "😀😀😀😀😀😀x😀"
    for out in outs:
        out.encode()


@pytest.mark.parametrize("element", ["thought", "think"])
def test_a_tag_mentioned_in_a_thought_does_not_count(element: str) -> None:
    extractor = XmlTagExtractor("text")
    outs = pushed(extractor, f"<{element}>I use <text> now</", f"{element}><text>Hi</text>")
    assert outs == ["", "Hi"]


def test_a_thought_itself_can_be_extracted() -> None:
    assert XmlTagExtractor("thought").push("<thought>plan</thought>") == "plan"


def test_after_the_end_even_an_oversized_chunk_is_ignored() -> None:
    extractor = XmlTagExtractor("text")
    extractor.push("<text>First</text>")
    assert pushed(extractor, "<text>Second</text>", "x" * (MAX_CHUNK_SIZE + 1)) == ["", ""]


def test_abort_counts_even_after_the_end() -> None:
    extractor = XmlTagExtractor("text")
    extractor.push("<text>First</text>")
    extractor.abort()
    with pytest.raises(StreamError):
        extractor.push("x")


def test_reset_in_the_middle_discards() -> None:
    extractor = XmlTagExtractor("text")
    extractor.push("<text>abc</te")
    extractor.reset()
    assert pushed(extractor, "xt>", "<text>z</text>") == ["", "z"]


def test_long_text_before_the_tag_is_skipped_silently_or_strictly() -> None:
    text = "x" * (MAX_BUFFER + 1)
    extractor = XmlTagExtractor("text")
    assert pushed(extractor, text, "<te", "xt>found</text>") == ["", "", "found"]
    with pytest.raises(StreamError) as caught:
        XmlTagExtractor("text", strict=True).push(text)
    assert caught.value.code == "BUFFER_OVERFLOW"
    assert XmlTagExtractor("text", strict=True).push(text[1:] + "<text>ok</text>") == "ok"


def test_a_tag_is_a_bare_name() -> None:
    with pytest.raises(InvalidInputError):
        XmlTagExtractor("<text>")
