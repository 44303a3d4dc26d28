from __future__ import annotations

import pytest

from jupyter_agentchat.client.reply import Chunk, Collector, Reply
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.protocol.events import (
    StreamCancelled,
    StreamCompleted,
    StreamDelta,
    StreamFailed,
    StreamInterrupted,
    StreamReplace,
    Terminal,
)
from jupyter_agentchat.protocol.model import ErrorInfo, Usage


def delta(index: int, text: str = "x", stream: str = "s") -> StreamDelta:
    return StreamDelta(seq=index + 5, t=0, stream=stream, index=index, text=text)


def test_chunks_of_its_stream_are_taken_and_no_other() -> None:
    collector = Collector("s", 100)
    assert collector.take(delta(0, "Hi"), 200) == Chunk("Hi", 0, 5, 200, "text", "s")
    assert collector.take(delta(0, "no", "t"), 250) is None
    end = StreamCompleted(
        seq=7, t=0, stream="s", message="m", text="Hi", usage=Usage(output_tokens=3)
    )
    assert collector.take(end, 300) is None
    assert collector.is_over
    assert not Collector("s", 0).is_over
    reply = collector.reply()
    assert (reply.text, reply.status, reply.message_id, reply.stream_id) == (
        "Hi", "completed", "m", "s",
    )  # fmt: skip
    timeline = reply.timeline
    assert (timeline.t_request, timeline.t_chunks, timeline.t_end) == (100, (200,), 300)
    assert timeline.n_tokens == 3


def test_a_merged_chunk_stands_at_its_first_index() -> None:
    merged = StreamDelta(seq=(5, 9), t=0, stream="s", index=(0, 4), text="abcde")
    assert Collector("s", 0).take(merged, 1) == Chunk("abcde", 0, 5, 1, "text", "s")


def test_a_reply_whose_chunks_did_not_all_arrive_has_no_timeline() -> None:
    """A gap was filled by a snapshot: what is measured of the rest would be wrong."""
    collector = Collector("s", 100)
    collector.take(delta(0, "Hi"), 200)
    collector.take(StreamCompleted(seq=9, t=0, stream="s", message="m", text="Hi there"), 900)
    timeline = collector.reply().timeline
    assert (timeline.t_chunks, timeline.t_end, timeline.status) == ((), None, "completed")


def test_a_text_that_was_replaced_is_whole() -> None:
    collector = Collector("s", 100)
    collector.take(delta(0, "Hi"), 200)
    collector.take(StreamReplace(seq=6, t=0, stream="s", text="Hello"), 300)
    collector.take(delta(1, "!"), 400)
    collector.take(StreamCompleted(seq=9, t=0, stream="s", message="m", text="Hello!"), 500)
    assert collector.reply().timeline.t_chunks == (200, 400)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (StreamFailed, "failed"),
        (StreamCancelled, "cancelled"),
        (StreamInterrupted, "interrupted"),
    ],
)
def test_each_end_is_a_status(kind: type[Terminal], status: str) -> None:
    collector = Collector("s", 0)
    collector.take(kind(seq=1, t=0, stream="s", message="m", text="part", reason="why"), 5)
    reply = collector.reply()
    assert (reply.status, reply.timeline.status, reply.reason) == (status, status, "why")
    assert reply._repr_markdown_() == f"part\n\n*{status}*"


def test_no_reply_before_the_end() -> None:
    with pytest.raises(RuntimeError, match="not ended"):
        Collector("s", 0).reply()


def test_a_failure_shows_its_sentence() -> None:
    timeline = Timeline(t_request=0, t_chunks=[])
    error = ErrorInfo(code="agent_failed", message="It broke.")
    reply = Reply(
        text="", status="failed", message_id="m", stream_id="s", timeline=timeline, error=error
    )
    assert reply._repr_markdown_() == "*It broke.*"
