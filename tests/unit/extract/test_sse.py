from __future__ import annotations

import dataclasses

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract.errors import StreamError
from jupyter_agentchat.extract.sse import (
    ServerSentEvent,
    SseDecoder,
    encode_comment,
    encode_event,
)


def decode(data: bytes) -> list[ServerSentEvent]:
    """Decode at once and byte by byte; both have to agree."""
    whole = SseDecoder().feed(data)
    decoder = SseDecoder()
    single = [event for byte in data for event in decoder.feed(bytes([byte]))]
    assert whole == single
    return whole


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (b"data: a\n\n", [("a", "message", "")]),
        (b"data:a\ndata:  b\ndata\ndata:\n\n", [("a\n b\n\n", "message", "")]),
        (b"data\n\ndata\ndata\n\ndata:", [("", "message", ""), ("\n", "message", "")]),
        (b"event: add\r\ndata: 1\r\n\r\n", [("1", "add", "")]),
        (b"event: add\rdata: 1\r\revent: x\r\r", [("1", "add", "")]),
        (b"data: a\n\r\ndata: b\r\n\n", [("a", "message", ""), ("b", "message", "")]),
        (b"\xef\xbb\xbfdata: a\n\n", [("a", "message", "")]),
        (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", []),
        (b": comment\n:\ndata: a\n: more\n\n", [("a", "message", "")]),
        (
            b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
            [("a", "message", "1"), ("b", "message", "1"), ("c", "message", "")],
        ),
        (b"id: 1\nid: 2\x00\ndata: a\n\n", [("a", "message", "1")]),
        (b"event: x\n\ndata: a\n\n", [("a", "message", "")]),
        (b"unknown: 1\nDATA: 2\n data: 3\n\n", []),
        (b"data: a", []),
        (b"data: a\n", []),
        ("data: Ünï😀\n\n".encode(), [("Ünï😀", "message", "")]),
        (b"data: \xff\xc3\n\n", [("\ufffd\ufffd", "message", "")]),
        (b"data: a:b: c\n\n", [("a:b: c", "message", "")]),
        (b"data: \x00\n\n", [("\x00", "message", "")]),
    ],
)
def test_the_standard(data: bytes, events: list[tuple[str, str, str]]) -> None:
    assert decode(data) == [ServerSentEvent(*event) for event in events]


def test_events_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ServerSentEvent("a").data = "b"  # type: ignore[misc]


def test_the_last_event_id_changes_only_at_a_blank_line() -> None:
    decoder = SseDecoder()
    decoder.feed(b"id: 7\ndata: a\n")
    assert decoder.last_event_id == ""
    decoder.feed(b"\nid: 8\n\n")
    assert decoder.last_event_id == "8"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1500", 1500), ("", None), ("1.5", None), ("-1", None), ("٣", None), ("9" * 11, None)],
)
def test_retry(value: str, expected: int | None) -> None:
    decoder = SseDecoder()
    decoder.feed(f"retry: {value}\n".encode())
    assert decoder.retry_ms == expected


@pytest.mark.parametrize("end", [b"data: a", b"data: a\n", b"data: a\r", b"data: a\n\n"])
def test_the_end_may_be_taken_for_a_blank_line(end: bytes) -> None:
    decoder = SseDecoder()
    events = decoder.feed(end) + decoder.finish(dispatch=True)
    assert events == [ServerSentEvent("a")]
    assert SseDecoder().finish() == []


def test_a_line_has_a_bound() -> None:
    decoder = SseDecoder(max_line_bytes=8)
    assert decoder.feed(b"data: 12\n\n") == [ServerSentEvent("12")]
    with pytest.raises(StreamError, match="a line of the event stream reached 9 bytes") as caught:
        decoder.feed(b"data: 123")
    assert caught.value.code == "BUFFER_OVERFLOW"


def test_an_event_has_a_bound() -> None:
    decoder = SseDecoder(max_event_bytes=6)
    assert decoder.feed(b"data:12\ndata:34\n\n") == [ServerSentEvent("12\n34")]
    with pytest.raises(StreamError, match="an event of the stream reached 7 bytes"):
        decoder.feed(b"data:12\ndata:345\n")


def test_complete_events_come_before_the_error() -> None:
    decoder = SseDecoder(max_line_bytes=8)
    assert decoder.feed(b"data: a\n\ndata: 123\n\n") == [ServerSentEvent("a")]
    with pytest.raises(StreamError):
        decoder.feed(b"data: b\n\n")
    with pytest.raises(StreamError):
        decoder.finish()


def test_a_field_may_be_read_as_data() -> None:
    decoder = SseDecoder(data_fields=("data", "error"))
    assert decoder.feed(b'error: {"code":400}\n\n') == [ServerSentEvent('{"code":400}')]


@pytest.mark.parametrize(
    ("arguments", "encoded"),
    [
        (("a", None, None), b"data: a\n\n"),
        (("", None, None), b"data: \n\n"),
        (("a", "add", "e:1"), b"id: e:1\nevent: add\ndata: a\n\n"),
        ((b'{"a":1}', None, "1"), b'id: 1\ndata: {"a":1}\n\n'),
        (("a\nb\r\nc\rd", None, None), b"data: a\ndata: b\ndata: c\ndata: d\n\n"),
        ((b"x\n\nid: 9\n\n", None, None), b"data: x\ndata: \ndata: id: 9\ndata: \ndata: \n\n"),
        (("\ud83d", "é", ""), "id: \nevent: é\ndata: \ufffd\n\n".encode()),
    ],
)
def test_encoding(arguments: tuple[bytes | str, str | None, str | None], encoded: bytes) -> None:
    data, event, id_ = arguments
    assert encode_event(data, event=event, id=id_) == encoded


@pytest.mark.parametrize("char", ["\r", "\n", "\0"])
@pytest.mark.parametrize("field", ["event", "id"])
def test_event_and_id_cannot_be_injected(field: str, char: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{field} 'a.*holds a line break or NUL"):
        encode_event("x", **{field: f"a{char}data: forged"})


@pytest.mark.parametrize(
    ("text", "encoded"),
    [("", b":\n\n"), ("beat", b": beat\n\n"), ("a\ndata: b\r\n", b": a\n: data: b\n:\n\n")],
)
def test_comments_are_ignored(text: str, encoded: bytes) -> None:
    assert encode_comment(text) == encoded
    assert decode(encoded) == []
