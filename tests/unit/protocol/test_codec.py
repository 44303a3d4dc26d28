from __future__ import annotations

import json

import pytest

from jupyter_agentchat.protocol.codec import (
    EventBatch,
    decode_event,
    decode_frame,
    encode_error,
    encode_event,
    encode_frame,
    join_batch,
    merge_deltas,
)
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    Read,
    StreamCompleted,
    StreamDelta,
    StreamStatus,
)
from jupyter_agentchat.protocol.frames import Pong, Subscribed
from jupyter_agentchat.protocol.model import ErrorInfo


def delta(seq: int, stream: str, index: int, text: str = "x") -> StreamDelta:
    return StreamDelta(seq=seq, t=seq, stream=stream, index=index, text=text)


def test_a_chunk_on_the_wire_is_small_and_leaves_out_its_kind_when_it_is_text() -> None:
    data = encode_event(delta(7, "s" * 10, 3, "word"))
    assert json.loads(data) == {
        "type": "stream.delta",
        "seq": 7,
        "t": 7,
        "stream": "s" * 10,
        "index": 3,
        "text": "word",
    }
    assert len(data) < 110


def test_a_batch_joins_the_same_bytes() -> None:
    events: list[AnyEvent] = [delta(4, "a", 0), Read(seq=5, t=1, user="u", upto=2)]
    frame = join_batch('l"ab', "Ep0ch", 4, 5, map(encode_event, events))
    assert decode_frame(frame) == EventBatch('l"ab', "Ep0ch", 4, 5, tuple(events))


@pytest.mark.parametrize(
    "frame",
    [Pong(t=1, received_ns=2, sent_ns=3), Subscribed(channel="l", position="e:1", recovered=True)],
)
def test_server_frames_read_back(frame: Pong | Subscribed) -> None:
    assert decode_frame(encode_frame(frame)) == frame


def test_an_error_body_has_the_contracts_three_fields() -> None:
    body = json.loads(encode_error(ErrorInfo(code="c", message="m")))
    assert body == {"error": {"code": "c", "message": "m", "retry": False}}


def test_consecutive_chunks_merge_across_other_streams() -> None:
    events: list[AnyEvent] = [
        delta(1, "a", 0, "A"),
        delta(2, "b", 0, "B"),
        delta(3, "a", 1, "C"),
        delta(4, "b", 1, "D"),
    ]
    first, second = merge_deltas(events)
    assert first == StreamDelta(seq=(1, 3), t=3, stream="a", index=(0, 1), text="AC")
    assert second == StreamDelta(seq=(2, 4), t=4, stream="b", index=(0, 1), text="BD")


def test_chunks_never_merge_across_another_event_of_their_stream_or_another_kind() -> None:
    status = StreamStatus(seq=2, t=2, stream="a", description="d")
    events: list[AnyEvent] = [delta(1, "a", 0), status, delta(3, "a", 1)]
    assert merge_deltas(events) == events
    thought = StreamDelta(seq=2, t=2, stream="a", index=1, text="x", kind="reasoning")
    events = [delta(1, "a", 0), thought, delta(3, "a", 2)]
    assert merge_deltas(events) == events


def test_an_unmerged_event_reads_back() -> None:
    event = StreamCompleted(seq=3, t=4, stream="s", message="m", text="é")
    assert decode_event(encode_event(event)) == event
