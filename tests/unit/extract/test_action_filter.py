from __future__ import annotations

import pytest

from jupyter_agentchat.extract.action_filter import ActionStreamFilter
from jupyter_agentchat.extract.errors import MAX_BUFFER, MAX_CHUNK_SIZE, StreamError

BOTH = pytest.mark.parametrize("margin", [None, 10])


def run(*chunks: str, margin: int | None = None, strict: bool = False) -> tuple[str, bool]:
    extractor = ActionStreamFilter(margin=margin, strict=strict)
    text = "".join(extractor.push(chunk) for chunk in chunks) + extractor.flush()
    return text, extractor.done


@BOTH
@pytest.mark.parametrize(
    "chunks",
    [
        ('{"key": "value"}',),
        ("[1, 2, 3]",),
        ('   {"key": "<text>no</text>"}',),
        ("\ufeff \n", "[", '"a"', "]"),
        ("  ", "\n"),
        ("",),
        ("<response><data>no text</data></response>",),
    ],
)
def test_nothing_to_show(chunks: tuple[str, ...], margin: int | None) -> None:
    assert run(*chunks, margin=margin) == ("", False)


@BOTH
def test_plain_text_passes_at_once_with_its_leading_white_space(margin: int | None) -> None:
    extractor = ActionStreamFilter(margin=margin)
    outs = [extractor.push(chunk) for chunk in ("  ", " \n", "Hello", " {json} <text>x</text>")]
    assert outs == ["", "", "   \nHello", " {json} <text>x</text>"]
    assert not extractor.done


@BOTH
def test_xml_shows_its_text(margin: int | None) -> None:
    chunks = (" \n<response><te", "xt>Action ", "result</te", "xt></response>", "<text>2</text>")
    assert run(*chunks, margin=margin) == ("Action result", True)


def test_flush_gives_what_the_margin_held() -> None:
    assert run("<text>Hello</te", margin=10) == ("Hello", False)


def test_white_space_is_what_javascript_trims() -> None:
    assert run("\x1c{") == ("\x1c{", False)
    assert run("\u3000{") == ("", False)


def test_white_space_before_a_full_chunk_does_not_make_it_too_large() -> None:
    text = "<text>" + "x" * (MAX_CHUNK_SIZE - 6)
    assert run(" ", text)[0] == text[6:]


def test_too_much_white_space_is_forgotten_silently_or_strictly() -> None:
    blank = " " * MAX_BUFFER
    assert run(blank, "a") == (blank + "a", False)
    assert run(blank, " ", " a") == ("a", False)
    with pytest.raises(StreamError, match="leading white space reached 102401"):
        run(blank, " ", strict=True)


def test_strict_reaches_the_xml() -> None:
    with pytest.raises(StreamError, match="the text before the tag"):
        run("<response>" + "x" * MAX_BUFFER, strict=True)


def test_reset() -> None:
    extractor = ActionStreamFilter()
    assert extractor.push("<text>a</text>") == "a"
    extractor.reset()
    assert (extractor.push("plain"), extractor.done) == ("plain", False)
