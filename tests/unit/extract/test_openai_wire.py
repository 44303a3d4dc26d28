from __future__ import annotations

import pytest

from jupyter_agentchat.extract.openai_items import Usage
from jupyter_agentchat.extract.openai_wire import (
    WireChunk,
    WireError,
    WireFunction,
    WireTimings,
    WireTokenDetails,
    WireUsage,
    decode_chunk,
    read_timings,
    read_usage,
)


def test_everything_may_be_missing_null_or_unknown() -> None:
    assert decode_chunk("{}") == WireChunk()
    chunk = decode_chunk(
        '{"choices":[{"delta":null,"index":null,"x":[1]}],"usage":null,"error":null}'
    )
    assert chunk.choices is not None
    assert (chunk.choices[0].delta, chunk.usage, chunk.error) == (None, None, None)


def test_what_is_no_json_but_is_sent() -> None:
    chunk = decode_chunk('{"choices":[{"text":"\\ud83d"}],"logprobs":[NaN,-Infinity]}')
    assert chunk.choices is not None
    assert chunk.choices[0].text == "\ud83d"


@pytest.mark.parametrize("data", ["", "{", "[1]", "null", '{"choices":5}', "{} x", "<html>"])
def test_what_is_no_chunk(data: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode_chunk(data)


@pytest.mark.parametrize(
    ("data", "named", "expected"),
    [
        ('{"error":"busy"}', False, WireError("busy")),
        ('{"error":{"message":"m","code":429}}', False, WireError("m", None, 429)),
        ('{"message":"m","type":"t","code":"c"}', False, WireError("m", "t", "c")),
        ('{"message":"m","choices":[]}', False, None),
        ('{"detail":1}', False, None),
        ('{"detail":1}', True, WireError()),
    ],
)
def test_failures(data: str, named: bool, expected: WireError | None) -> None:  # noqa: FBT001  # a table
    assert decode_chunk(data).failure(named_error=named) == expected


def test_arguments_as_text() -> None:
    assert WireFunction(arguments='{"a"').arguments_text() == '{"a"'
    assert WireFunction(arguments={"a": 1}).arguments_text() == '{"a":1}'
    assert WireFunction().arguments_text() == ""


def test_usage() -> None:
    details = WireTokenDetails(cached_tokens=3, reasoning_tokens=4)
    usage = WireUsage(5, 7, None, details, details)
    assert read_usage(usage) == Usage(5, 7, 12, reasoning_tokens=4, cached_tokens=3)
    assert read_usage(WireUsage(total_tokens=9)) == Usage(0, 0, 9)


def test_timings() -> None:
    timings = WireTimings(prompt_n=1, cache_n=236, predicted_n=35)
    assert read_timings(timings) == Usage(237, 35, 272, cached_tokens=236, source="timings")
    assert read_timings(WireTimings()) == Usage(0, 0, 0, source="timings")
