"""What every store promises about the log: order, atomicity, repetition, epochs."""

from __future__ import annotations

import threading
from itertools import islice

import pytest

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.events import AnyEvent, ChannelCleared, MessageCreated
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import Appended, Row, Sent
from tests.conformance.store.making import conversation, folded, publication, rows, stream_row
from tests.properties.strategies import LogWriter


def test_it_reads_in_seq_order_what_was_written(store: Store) -> None:
    events = conversation().events
    store.write(rows(events), full=True)
    assert store.read("lab", 0, 100) == events


def test_it_reads_after_a_seq_and_up_to_a_limit(store: Store) -> None:
    events = conversation(chunks=20).events
    for start in range(0, len(events), 7):
        store.write(rows(events[start : start + 7]), full=False)
    for after in range(len(events) + 2):
        assert store.read("lab", after, 4) == events[after : after + 4]


def test_an_unknown_channel_reads_as_empty(store: Store) -> None:
    assert store.read("nowhere", 0, 10) == []
    assert store.head("nowhere") is None
    assert store.epoch_end("nowhere", store.epoch) == 0


def test_a_batch_is_written_whole_or_not_at_all(store: Store) -> None:
    events = conversation().events
    store.write(rows(events[:3]), full=False)
    with pytest.raises(StoreError, match="Event 6 of channel 'lab' cannot follow event 4"):
        store.write([*rows(events[3:4]), *rows(events[5:])], full=False)
    assert store.read("lab", 0, 100) == events[:3]
    store.write(rows(events[3:]), full=False)
    assert store.read("lab", 0, 100) == events


def test_a_log_begins_with_seq_1(store: Store) -> None:
    with pytest.raises(StoreError, match="Event 2 of channel 'lab' cannot follow event 0"):
        store.write(rows(conversation().events[1:]), full=False)
    assert store.channels() == []


def test_a_batch_may_be_written_again(store: Store) -> None:
    events = conversation().events
    store.write(rows(events[:8]), full=True)
    store.write(rows(events), full=True)
    assert store.read("lab", 0, 100) == events
    assert [message.seq for message in store.messages("lab", None, None)] == [2, 3, 11]


@pytest.mark.parametrize("seq", [2, 6], ids=["a fact", "a chunk"])
def test_a_seq_that_is_taken_by_another_event_is_refused(store: Store, seq: int) -> None:
    store.write(rows(conversation().events), full=True)
    other = LogWriter("lab")
    other.events = other.events[:1] * (seq - 1)
    other.message("somebody else")
    with pytest.raises(StoreError, match=f"Event {seq} of channel 'lab' cannot follow event 12"):
        store.write(rows(other.events[-1:]), full=True)


def test_channels_have_their_own_logs(store: Store) -> None:
    one, two = conversation(channel="one").events, conversation(3, channel="two").events
    mixed: list[Row] = []
    for pair in zip(rows(one, "one"), rows(two, "two"), strict=False):
        mixed += pair
    store.write([*mixed, *rows(one[len(two) :], "one")], full=False)
    assert (store.read("one", 0, 99), store.read("two", 0, 99)) == (one, two)
    assert [(channel.id, last) for channel, last in store.channels()] == [("one", 12), ("two", 9)]


def test_the_current_epoch_ends_at_the_last_durable_seq(store: Store) -> None:
    events = conversation().events
    store.write(rows(events[:5]), full=False)
    assert store.epoch_end("lab", store.epoch) == 5
    store.write(rows(events[5:]), full=False)
    assert store.epoch_end("lab", store.epoch) == len(events)
    assert store.epoch_end("lab", "other") is None


def test_the_first_send_under_an_id_stays(store: Store) -> None:
    events = conversation().events
    sent = Sent("ann", "k1", "hash", "m2", ("s3",), 2)
    store.write(rows(events[:1]), full=True)
    store.write([Appended("lab", publication(events[1]), sent)], full=True)
    again = Sent("ann", "k1", "other", "m99", (), 3)
    store.write([Appended("lab", publication(events[2]), again)], full=True)
    assert store.sent("lab", "ann", "k1") == sent
    assert store.sent("lab", "bob", "k1") is None
    assert store.sent("other", "ann", "k1") is None


def test_a_hidden_channel_keeps_its_log(store: Store) -> None:
    log = conversation()
    store.write(rows(log.events), full=True)
    store.set_deleted("lab", deleted=True)
    assert store.channels() == []
    assert list(store.messages(None, None, None)) == []
    assert list(store.segments(None, None, None)) == []
    log.message("later")
    store.write(rows(log.events[-1:]), full=True)
    store.set_deleted("lab", deleted=False)
    assert store.channels() == [(Channel(id="lab", name="lab"), len(log.events))]
    assert store.read("lab", 0, 99) == log.events


def test_a_reader_sees_one_moment_and_keeps_nobody_waiting(store: Store) -> None:
    log = conversation(chunks=50)
    store.write(rows(log.events), full=False)
    reading = store.events("lab", None, None)
    first = list(islice(reading, 5))
    log.message("written meanwhile, by another thread")
    writing = threading.Thread(target=lambda: store.write(rows(log.events[-1:]), full=True))
    writing.start()
    writing.join()
    assert [row.seq for _, row in [*first, *reading]] == list(range(1, len(log.events)))
    assert store.read("lab", 0, 99) == log.events


def test_synchronising_without_rows_is_no_event(store: Store) -> None:
    store.write([], full=True)
    store.write([], full=False)
    assert store.channels() == []


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    for use in (lambda: store.read("lab", 0, 1), lambda: store.write([stream_row("s")], full=True)):
        with pytest.raises(StoreError, match="closed"):
            use()


def test_the_head_is_the_fold_of_everything(store: Store) -> None:
    log = conversation()
    log.change("m2", "Hello!", 0)
    log.change("m3", "", 2)
    store.write(rows(log.events), full=False)
    head = store.head("lab")
    assert head is not None
    assert (head.seq, head.snapshot) == (len(log.events), folded(log.events).snapshot())
    assert head.snapshot.live[0].text == "wéll "


def test_a_heads_page_is_bounded_and_shows_what_is_live(store: Store) -> None:
    log = LogWriter("lab")
    log.start()
    for _ in range(100):
        log.message("x" * 1000)
    store.write(rows(log.events), full=False)
    head = store.head("lab")
    assert head is not None
    assert head.snapshot == folded(log.events).snapshot()
    assert head.snapshot.messages[0].id == "m2"
    assert head.snapshot.before == head.snapshot.messages[1].seq


def test_unfinished_streams_are_found_with_their_text(store: Store) -> None:
    log = conversation()
    (live,) = log.live
    log.note(live, "instead: ", 3)
    log.delta(live, "yes", reasoning=False)
    store.write([*rows(log.events), stream_row(live)], full=False)
    (left,) = store.unfinished()
    assert (left.channel, left.stream, left.message) == ("lab", live, "m11")
    assert (left.text, left.row) == ("instead: yes", stream_row(live))
    log.end(live, 0)
    store.write(rows(log.events[-1:]), full=False)
    assert store.unfinished() == []


@pytest.fixture
def cleared(store: Store) -> tuple[Store, list[AnyEvent]]:
    """A channel that was cleared while a stream ran, and went on."""
    log = conversation()
    log.change("m2", "edited", 0)
    events = log.events
    seq = len(events) + 1
    events.append(ChannelCleared(seq=seq, t=seq))
    log.delta(next(iter(log.live)), "after", reasoning=False)
    log.message("new")
    log.change("m2", "too late", 0)
    store.write(rows(events), full=False)
    return store, events


def test_what_was_cleared_away_leaves_pages_and_snapshots(
    cleared: tuple[Store, list[AnyEvent]],
) -> None:
    store, events = cleared
    head = store.head("lab")
    assert head is not None
    assert head.snapshot == folded(events).snapshot()
    page = store.page("lab", before=None, after=None, limit=10)
    assert [message.text for message in page.messages] == ["new"]
    assert page.before is None
    assert store.message("lab", "m2") is None
    assert store.message("lab", page.messages[0].id) == page.messages[0]


def test_what_was_cleared_away_stays_in_the_record(
    cleared: tuple[Store, list[AnyEvent]],
) -> None:
    store, events = cleared
    kept = list(store.messages("lab", None, None))
    assert [(each.id, each.deleted, each.text) for each in kept] == [
        ("m2", True, ""),
        ("m3", True, ""),
        ("m11", True, ""),
        (f"m{len(events) - 1}", False, "new"),
    ]
    assert store.read("lab", 0, 99) == events
    assert isinstance(events[1], MessageCreated)
    (left,) = store.unfinished()
    assert left.text == "wéll after"
