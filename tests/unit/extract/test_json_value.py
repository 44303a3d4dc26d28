from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract.errors import MAX_BUFFER, StreamError
from jupyter_agentchat.extract.json_value import MAX_DEPTH, JsonValueExtractor, parse_path

Path = str | Sequence[str | int]


def run(source: str, path: Path = "response", *, strict: bool = False) -> tuple[str, bool]:
    """Push one character at a time, and all at once; both have to agree."""
    results = []
    for chunks in ([source], list(source)):
        extractor = JsonValueExtractor(path, strict=strict)
        text = "".join(extractor.push(chunk) for chunk in chunks) + extractor.flush()
        results.append((text, extractor.done))
    assert results[0] == results[1]
    return results[0]


def test_it_streams_the_value_as_it_arrives() -> None:
    extractor = JsonValueExtractor()
    chunks = ('{"thought": "x", "resp', 'onse": "Hel', "lo\\", "nWor", 'ld", "b": 1', "}")
    assert [extractor.push(chunk) for chunk in chunks] == ["", "Hel", "lo", "\nWor", "ld", ""]
    assert extractor.done


def test_pairs_split_anywhere() -> None:
    text = "a😀é\U0010ffff"
    source = json.dumps({"response": text})
    assert "\\ud83d\\ude00" in source
    assert run(source) == (text, True)
    extractor = JsonValueExtractor()
    outs = [extractor.push(chunk) for chunk in ('{"response":"\\ud8', "3d", "\\ude0", '0"}')]
    assert outs == ["", "", "", "😀"]


@pytest.mark.parametrize(
    ("source", "path", "text"),
    [
        ('{"a":{"response":"no"},"response":"yes"}', "response", "yes"),
        ('{"a":[1,{"b":"x"},["y"]],"c":"z"}', ("a", 1, "b"), "x"),
        ('{"a":[1,{"b":"x"},["y"]],"c":"z"}', "/a/2/0", "y"),
        ('[["a"],"b"]', (1,), "b"),
        ('[["a"],"b"]', "/0/0", "a"),
        ('{"a/b":{"m~n":"x"}}', "/a~1b/m~0n", "x"),
        ('{"0":"key"}', "0", "key"),
        ('{"r\\u0065sponse":"escaped key"}', "response", "escaped key"),
        ('{"response":"first","response":"second"}', "response", "first"),
        ('{"":"empty key"}', "/", "empty key"),
        ('{"a.b":"dots are no path"}', "a.b", "dots are no path"),
    ],
)
def test_paths(source: str, path: Path, text: str) -> None:
    assert run(source, path) == (text, True)
    assert run(source, path, strict=True) == (text, True)


@pytest.mark.parametrize(
    "source",
    ['{"a":1}', "{}", '{"x":{"response":"no"}}', '{"a":["response","no"]}', '{"a":{},"b":[[],{}]}'],
)
def test_a_document_without_the_value_ends_without_text(source: str) -> None:
    assert run(source) == ("", True)
    assert run(source, strict=True) == ("", True)


@pytest.mark.parametrize("value", ["null ", "1 ", "true,", "{", "["])
def test_another_value_than_a_string(value: str) -> None:
    assert run('{"response": ' + value) == ("", True)
    with pytest.raises(StreamError, match="the value at /response is not a string"):
        run('{"response": ' + value, strict=True)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{"a" 1}', "expected :, got 1"),
        ('{"a":1 "b":2}', "expected , or }, got string"),
        ("{1:2}", "expected key or }, got 1"),
        ('{"a":1,}', "expected key, got }"),
        ('{"a":]', "expected value, got ]"),
        ('{"a":[1,]', "expected value, got ]"),
        ('{"a":[1 2]', "expected , or ], got 2"),
        ('{"a":[1}', "expected , or ], got }"),
        ('{"a":01}', "'01' is neither a number"),
        ('Sure: {"response":"x"}', "has to begin with { or [|neither"),
        ('"response"', "has to begin with { or ["),
        ('{"response":"a\nb"}', "control character"),
        ("[" * (MAX_DEPTH + 1), f"nested deeper than {MAX_DEPTH}"),
        ('{"response":"cut', "the document ended early"),
        ("", "the document ended early"),
    ],
)
def test_strict_raises_parse_error(source: str, message: str) -> None:
    with pytest.raises(
        StreamError, match=message.replace("[", r"\[").replace("{", r"\{")
    ) as caught:
        run(source, strict=True)
    assert caught.value.code == "PARSE_ERROR"


def test_text_before_the_error_is_returned_first() -> None:
    extractor = JsonValueExtractor(strict=True)
    assert extractor.push('{"response":"good\\x') == "good"
    with pytest.raises(StreamError, match="is no escape"):
        extractor.push("more")
    with pytest.raises(StreamError, match="is no escape"):
        extractor.flush()
    extractor.reset()
    assert extractor.push('{"response":"again') == "again"


@pytest.mark.parametrize(
    ("source", "text", "done"),
    [
        ('Sure! Here it is:\n```json\n{"response": "Hi\nyou"}\n```', "Hi\nyou", True),
        ('{"a" 1, "response":"lost"}', "", False),
        ('{"response":"cut off', "cut off", False),
        ('{"response":"half \\ud83d', "half ", False),
        ("no document at all", "", False),
        ("[" * (MAX_DEPTH + 1), "", False),
    ],
)
def test_by_default_it_makes_the_best_of_it(source: str, text: str, done: bool) -> None:  # noqa: FBT001  # a table
    assert run(source) == (text, done)


def test_a_path_into_an_array_finds_the_bracket_behind_the_noise() -> None:
    assert run('The list: ["a"]', (0,)) == ("a", True)


def test_a_key_without_end() -> None:
    source = '{"' + "k" * (MAX_BUFFER + 1) + '":1,"response":"x"}'
    assert JsonValueExtractor().push(source) == "x"
    with pytest.raises(StreamError) as caught:
        JsonValueExtractor(strict=True).push(source)
    assert caught.value.code == "BUFFER_OVERFLOW"


def test_keys_off_the_path_are_not_kept() -> None:
    source = '{"a":{"' + "k" * (MAX_BUFFER + 1) + '":1},"response":"x"}'
    assert JsonValueExtractor(strict=True).push(source) == "x"


def test_parse_path() -> None:
    assert parse_path("a.b") == ("a.b",)
    assert parse_path("/a/0") == ("a", "0")
    assert parse_path(["a", 0]) == ("a", "0")
    with pytest.raises(InvalidInputError, match="path is empty"):
        parse_path(())
