"""Server-sent events: what is encoded is decoded, and no split of the bytes matters."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.extract.sse import (
    ServerSentEvent,
    SseDecoder,
    encode_comment,
    encode_event,
)
from jupyter_agentchat.extract.utf16 import well_formed

FIELD = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=8)
EVENTS = st.lists(st.tuples(st.text(max_size=20), FIELD, FIELD), max_size=6)
LINES = [
    b"data:",
    b"data",
    b"id: 1",
    b"event: x",
    b"retry: 1",
    b": c",
    b"\xef\xbb\xbf",
    b"\xf0\x9f",
]
SOUP = st.lists(
    st.sampled_from([*LINES, b"\r", b"\n", b"\r\n", b"\n\n", b" ", b"\0"]) | st.binary(max_size=4),
    max_size=30,
).map(b"".join)


class _ForgetsCarriageReturns(SseDecoder):
    """A planted fault: takes a CRLF cut in two for two line ends."""

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        self._after_cr = False
        return super().feed(data)


def decode(
    decoder: SseDecoder, parts: list[bytes]
) -> tuple[list[ServerSentEvent], str, int | None]:
    events = [event for part in parts for event in decoder.feed(part)]
    events += decoder.finish(dispatch=True)
    return events, decoder.last_event_id, decoder.retry_ms


def check_any_split(make: type[SseDecoder], stream: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    parts = [stream[start:end] for start, end in pairwise(edges)]
    whole = decode(make(), [stream])
    assert decode(make(), parts) == whole
    assert decode(make(), [bytes([byte]) for byte in stream]) == whole


@given(SOUP, st.lists(st.integers(0), max_size=8))
def test_any_split_gives_the_same_events(stream: bytes, cuts: list[int]) -> None:
    check_any_split(SseDecoder, stream, cuts)


def test_the_split_checker_sees_a_torn_crlf() -> None:
    with pytest.raises(AssertionError):
        check_any_split(_ForgetsCarriageReturns, b"data: a\r\ndata: b\r\n\r\n", [])


@given(EVENTS)
def test_what_is_encoded_is_decoded(events: list[tuple[str, str, str]]) -> None:
    stream = b"".join(
        encode_comment(data) + encode_event(data, event=event, id=id_)
        for data, event, id_ in events
    )
    assert SseDecoder().feed(stream) == [
        ServerSentEvent(re.sub("\r\n?", "\n", well_formed(data)), event or "message", id_)
        for data, event, id_ in events
    ]


@given(st.binary(max_size=60))
def test_no_data_can_end_its_event_or_forge_a_field(data: bytes) -> None:
    encoded = encode_event(data, id="1")
    events = SseDecoder().feed(encoded)
    assert [event.id for event in events] == ["1"]
    assert events[0].event == "message"
    assert events[0].data == re.sub(b"\r\n?", b"\n", data).decode("utf-8", "replace")
