from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.protocol.codec import decode_event, encode_event, merge_deltas
from jupyter_agentchat.protocol.events import AnyEvent, ChannelUpdated, first_seq, last_seq
from jupyter_agentchat.protocol.fold import Fold
from jupyter_agentchat.protocol.model import Snapshot
from tests.properties.strategies import LogWriter, logs


def fold(events: list[AnyEvent]) -> Fold:
    head = events[0]
    assert isinstance(head, ChannelUpdated)
    result = Fold.empty(head.channel)
    for event in events:
        result.apply(event)
    return result


@given(logs())
def test_every_event_reads_back(events: list[AnyEvent]) -> None:
    for event in events:
        assert decode_event(encode_event(event)) == event


@given(logs(), st.data())
def test_a_snapshot_anywhere_and_the_rest_is_the_whole(
    events: list[AnyEvent], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(events)))
    resumed = Fold(fold(events[:cut]).snapshot())
    for event in events[cut:]:
        resumed.apply(event)
    assert resumed.snapshot() == fold(events).snapshot()


@given(logs(), st.data())
def test_within_its_window_a_trimmed_fold_equals_the_whole(
    events: list[AnyEvent], data: st.DataObject
) -> None:
    limit = data.draw(st.integers(1, 2000))
    cut = data.draw(st.integers(1, len(events)))
    windowed = fold(events[:cut])
    windowed.trim(limit)
    for event in events[cut:]:
        windowed.apply(event)
    whole = fold(events)
    for message in windowed.messages.values():
        assert whole.messages[message.id] == message
    assert windowed.live == whole.live


@given(logs(max_size=60), st.data())
def test_merging_changes_no_state_and_covers_the_same_range(
    events: list[AnyEvent], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(events)))
    before = fold(events[:cut]).snapshot()
    one, other = Fold(before), Fold(before)
    merged = merge_deltas(events[cut:])
    for event in events[cut:]:
        one.apply(event)
    for event in merged:
        other.apply(decode_event(encode_event(event)))
    assert one.snapshot() == other.snapshot()
    if merged:
        assert min(map(first_seq, merged)) == cut + 1
        assert max(map(last_seq, merged)) == len(events)


@given(logs())
def test_a_snapshot_survives_the_wire(events: list[AnyEvent]) -> None:
    snapshot = fold(events).snapshot()
    assert msgspec.json.decode(msgspec.json.encode(snapshot), type=Snapshot) == snapshot


def test_the_checker_sees_a_lost_chunk() -> None:
    log = LogWriter("lab")
    log.start()
    (stream,) = log.live
    for word in ("one", "two", "three"):
        log.delta(stream, word, reasoning=False)
    lost = [event for event in log.events if event is not log.events[-2]]
    assert fold(lost).snapshot() != fold(log.events).snapshot()
