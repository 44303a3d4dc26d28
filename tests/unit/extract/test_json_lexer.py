from __future__ import annotations

import pytest

from jupyter_agentchat.extract.errors import MAX_BUFFER, StreamError
from jupyter_agentchat.extract.json_lexer import JsonLexer, Token


def lex(*chunks: str, strict: bool = True) -> list[tuple[str, str]]:
    """Return kind and text of the tokens, pieces of one string joined."""
    lexer = JsonLexer(strict=strict)
    joined: list[tuple[str, str]] = []
    for kind, text in (token for chunk in chunks for token in lexer.feed(chunk)):
        if kind in ("piece", "end") and text and joined[-1][0] == "piece":
            joined[-1] = ("piece", joined[-1][1] + text)
        elif kind in ("piece", "end") and text:
            joined.append(("piece", text))
        if kind != "piece":
            joined.append((kind, "" if kind == "end" else text))
    return joined


def string(text: str) -> list[tuple[str, str]]:
    return [("string", ""), ("piece", text), ("end", "")]


def test_structure() -> None:
    kinds = [kind for kind, _ in lex('{"a": [1, true ,null], "b":{}}')]
    inside = "{ string piece end : [ scalar , scalar , scalar ] , string piece end : { } }"
    assert kinds == inside.split()


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "12e+3", "-0.1E-2", "true", "false", "null"])
def test_scalars_end_at_a_delimiter(number: str) -> None:
    assert lex(number) == []
    assert lex(number[:1], number[1:], "\n")[-1:] == [("scalar", number)]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r'"a\n\t\"\\\/\b\f\r"', 'a\n\t"\\/\b\f\r'),
        (r'"\u0041\u00e9"', "Aé"),
        (r'"\ud83d\ude00!"', "😀!"),
        (r'"\uD83D\uDE00"', "😀"),
        (r'"\ud83d"', "\ufffd"),
        (r'"\ud83dx"', "\ufffdx"),
        (r'"\ude00"', "\ufffd"),
        ('"{[:,]}"', "{[:,]}"),
    ],
)
def test_strings_are_unescaped_wherever_they_are_cut(source: str, text: str) -> None:
    assert lex(source) == string(text)
    assert lex(*source) == string(text)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("[01]", "'01' is neither a number"),
        ("[nul]", "'nul' is neither"),
        ("[NaN]", "'NaN' is neither"),
        ('"a\nb"', r"control character '\\n'"),
        (r'"\x"', r"'\\x' is no escape"),
        (r'"\u12g"', "four hexadecimal digits"),
    ],
)
def test_strict_refuses(source: str, message: str) -> None:
    for chunks in ([source], list(source)):
        with pytest.raises(StreamError, match=message) as caught:
            lex(*chunks)
        assert caught.value.code == "PARSE_ERROR"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('"a\nb\x00"', "a\nb\x00"),
        (r'"\x\'"', "x'"),
        (r'"\u12g"', r"\u12g"),
        (r'"\u12"', r"\u12"),
        (r'"\u1\n"', "\\u1\n"),
    ],
)
def test_lenient_reads_what_models_write(source: str, text: str) -> None:
    assert lex(source, strict=False) == string(text)
    assert lex(*source, strict=False) == string(text)


def test_a_token_comes_as_early_as_it_is_certain() -> None:
    lexer = JsonLexer(strict=True)
    assert list(lexer.feed('"ab')) == [Token("string"), Token("piece", "ab")]
    assert list(lexer.feed("\\")) == []
    assert list(lexer.feed("n")) == [Token("piece", "\n")]


def test_an_error_names_its_place() -> None:
    with pytest.raises(StreamError, match="not JSON at character 6: ") as caught:
        lex("[1, ", '"b', "\n")
    assert caught.value.details == {"position": 6}


def test_a_number_without_end() -> None:
    with pytest.raises(StreamError, match="a number reached"):
        lex("1" * MAX_BUFFER, "1")
    assert lex("1" * MAX_BUFFER, "1 ", strict=False) == [("scalar", "")]
