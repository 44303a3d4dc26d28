from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.bus.subscription import Batch, Merged
from jupyter_agentchat.protocol.codec import encode_event, merge_deltas
from jupyter_agentchat.protocol.events import AnyEvent, StreamDelta, StreamStatus
from jupyter_agentchat.web.sse import complete_after, message, messages


def items(events: list[AnyEvent]) -> list[Merged]:
    return [Merged(event, encode_event(event)) for event in events]


def delta(seq: int, stream: str, text: str = "x") -> AnyEvent:
    return StreamDelta(seq=seq, t=0, stream=stream, index=seq, text=text)


def test_a_message_has_three_lines() -> None:
    assert message("read", b"{}", "e:1") == b"id: e:1\nevent: read\ndata: {}\n\n"
    assert message("read", b"{}") == b"event: read\ndata: {}\n\n"


def test_every_single_event_carries_its_own_place() -> None:
    assert complete_after(items([delta(4, "a"), delta(5, "b")])) == [4, 5]


def test_an_event_between_merged_ones_carries_none() -> None:
    merged = merge_deltas([delta(n, "ab"[n % 2]) for n in range(1, 7)])
    assert complete_after(items(merged)) == [None, 6]


@given(st.lists(st.sampled_from("abc!"), min_size=1, max_size=40), st.integers(0, 3))
def test_an_id_means_that_everything_below_has_been_written(kinds: list[str], start: int) -> None:
    log: list[AnyEvent] = [
        StreamStatus(seq=n, t=0, stream="a", description="") if kind == "!" else delta(n, kind)
        for n, kind in enumerate(kinds, start + 1)
    ]
    merged = merge_deltas(log)
    written: set[int] = set()
    for event, place in zip(merged, complete_after(items(merged)), strict=True):
        low, high = event.seq if isinstance(event.seq, tuple) else (event.seq, event.seq)
        stream = getattr(event, "stream", None)
        is_delta = isinstance(event, StreamDelta)
        written |= {
            each.seq
            for each in log
            if isinstance(each.seq, int)
            and low <= each.seq <= high
            and getattr(each, "stream", None) == stream
            and isinstance(each, StreamDelta) == is_delta
        }
        if place is not None:
            assert written == set(range(start + 1, place + 1))
    assert complete_after(items(merged))[-1] == len(log) + start


@given(st.text())
def test_no_text_makes_a_second_message_or_field(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    (item,) = items([delta(1, "s", text)])
    data = messages("e", Batch(1, 1, (), [item], merged=False))
    lines = data.split(b"\n")
    assert [line.partition(b":")[0] for line in lines] == [b"id", b"event", b"data", b"", b""]
    assert b"\r" not in data
    assert b"\x00" not in data
    assert json.loads(lines[2].removeprefix(b"data: "))["text"] == text


def test_what_is_not_wanted_is_left_out() -> None:
    batch = Batch(1, 2, (), items([delta(1, "a"), delta(2, "b")]), merged=False)
    data = messages("e", batch, lambda event: getattr(event, "stream", "") == "b")
    assert data.count(b"data:") == 1
    assert data.startswith(b"id: e:2\n")
