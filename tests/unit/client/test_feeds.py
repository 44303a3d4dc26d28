from __future__ import annotations

from collections.abc import Sequence

import pytest

from jupyter_agentchat.client import feeds
from jupyter_agentchat.client.feeds import RemoteFeed, Room
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.codec import EventBatch
from jupyter_agentchat.protocol.events import AnyEvent, StreamDelta, StreamInterrupted
from jupyter_agentchat.protocol.frames import Subscribed
from jupyter_agentchat.protocol.model import Author, Channel, LiveStream, Message, Snapshot
from jupyter_agentchat.protocol.position import Position

BOT = Author(id="bot", kind="agent", name="bot")


def delta(seq: int) -> StreamDelta:
    return StreamDelta(seq=seq, t=0, stream="s", index=seq, text=f"{seq} ")


def batch(first: int, last: int, epoch: str = "e") -> EventBatch:
    events = tuple(delta(seq) for seq in range(first, last + 1))
    return EventBatch(channel="lab", epoch=epoch, first=first, last=last, events=events)


def subscribed(position: str, *, recovered: bool, messages: tuple[Message, ...] = ()) -> Subscribed:
    snapshot = None
    if not recovered:
        channel = Channel(id="lab", name="lab", agents=())
        snapshot = Snapshot(channel=channel, messages=messages)
    return Subscribed(channel="lab", position=position, recovered=recovered, snapshot=snapshot)


async def drain(feed: RemoteFeed) -> list[AnyEvent]:
    feed.end(None)
    events: list[Sequence[AnyEvent]] = [received.events async for received in feed]
    return [event for each in events for event in each]


@pytest.fixture
def room() -> Room:
    room = Room("lab")
    room.stand(subscribed("e:10", recovered=False), 0)
    room.feeds.add(feed_of(room))
    return room


def feed_of(room: Room) -> RemoteFeed:
    async def leave(feed: RemoteFeed) -> None:
        room.feeds.discard(feed)

    return RemoteFeed(leave)


async def test_batches_that_follow_reach_every_listener(room: Room) -> None:
    room.feeds.add(feed_of(room))
    room.take(batch(11, 12), 5)
    assert room.position == Position("e", 12)
    for feed in room.feeds:
        assert [event.seq for event in await drain(feed)] == [11, 12]


def test_a_batch_follows_only_right_after_the_position(room: Room) -> None:
    assert room.follows(batch(11, 12))
    assert not room.follows(batch(12, 13))
    assert not room.follows(batch(10, 13))
    assert not Room("lab").follows(batch(1, 2))


async def test_a_recovery_asked_for_twice_is_not_read_twice(room: Room) -> None:
    (feed,) = room.feeds
    room.stand(subscribed("e:10", recovered=True), 0)
    room.take(batch(11, 20), 0)
    room.stand(subscribed("e:10", recovered=True), 0)
    assert room.position == Position("e", 20)
    assert not room.follows(batch(11, 20))
    assert [event.seq for event in await drain(feed)] == list(range(11, 21))


def test_a_recovery_after_a_restart_goes_on_in_the_new_epoch(room: Room) -> None:
    room.stand(subscribed("f:10", recovered=True), 0)
    assert room.position == Position("f", 10)


async def test_after_a_gap_that_cannot_be_filled_the_ends_are_told(room: Room) -> None:
    (feed,) = room.feeds
    answer = Message(
        id="m", channel="lab", author=BOT, text="part", seq=4, created_at=0, stream="s",
        status="interrupted",
    )  # fmt: skip
    room.stand(subscribed("f:30", recovered=False, messages=(answer,)), 0)
    (end,) = await drain(feed)
    assert isinstance(end, StreamInterrupted)
    assert (end.stream, end.text) == ("s", "part")
    assert room.position == Position("f", 30)


async def test_a_lost_connection_ends_the_iteration_with_its_error(room: Room) -> None:
    (feed,) = room.feeds
    room.take(batch(11, 11), 0)
    room.lose(DisconnectedError("gone"))
    listening = aiter(feed)
    assert (await anext(listening)).events == (delta(11),)
    with pytest.raises(DisconnectedError, match="gone"):
        await anext(listening)


async def test_a_closed_feed_leaves_its_room(room: Room) -> None:
    (feed,) = room.feeds
    await feed.close()
    assert room.feeds == set()
    assert [received async for received in feed] == []


def narrowed(room: Room) -> RemoteFeed:
    (feed,) = room.feeds
    feed.narrow("s")
    return feed


async def test_a_narrowed_feed_keeps_its_stream_alone_what_waited_included(room: Room) -> None:
    other = StreamDelta(seq=11, t=0, stream="other", index=0, text="!")
    mixed = EventBatch(channel="lab", epoch="e", first=11, last=12, events=(other, delta(12)))
    room.take(mixed, 1)
    feed = narrowed(room)
    room.take(EventBatch(channel="lab", epoch="e", first=13, last=13, events=(other,)), 2)
    room.take(batch(14, 14), 3)
    assert [event.seq for event in await drain(feed)] == [12, 14]


async def test_a_narrowed_feed_that_lags_merges_and_loses_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MAX_EVENTS", 10)
    feed = narrowed(room)
    for seq in range(11, 211):
        room.take(batch(seq, seq), seq)
        assert feed._events <= 11
    assert not feed.is_full
    assert feed.merges > 1
    events = await drain(feed)
    assert "".join(event.text for event in events) == "".join(f"{n} " for n in range(11, 211))  # type: ignore[union-attr]


@pytest.mark.parametrize(("events", "size"), [(11, 0), (1, 100)])
async def test_a_feed_of_everything_says_when_it_is_full_and_when_it_has_room(
    room: Room, monkeypatch: pytest.MonkeyPatch, events: int, size: int
) -> None:
    monkeypatch.setattr(feeds, "MAX_EVENTS", 10)
    monkeypatch.setattr(feeds, "MAX_BYTES", 99)
    (feed,) = room.feeds
    drained: list[bool] = []
    feed._drained = lambda: drained.append(room.has_room)
    for seq in range(11, 11 + events):
        room.take(batch(seq, seq), 0, size)
    assert (room.is_full, room.has_room) == (True, False)
    listening = aiter(feed)
    for _ in range(events):
        await anext(listening)
    assert (room.is_full, room.has_room) == (False, True)
    assert drained == [place >= events // 2 for place in range(events)]


async def test_an_answer_that_a_snapshot_does_not_show_ends_with_a_sentence(room: Room) -> None:
    feed = narrowed(room)
    room.stand(subscribed("f:30", recovered=False), 0)
    with pytest.raises(DisconnectedError, match=r"The answer s went on .* messages\(\)"):
        await anext(aiter(feed))


async def test_an_answer_that_a_snapshot_shows_live_goes_on(room: Room) -> None:
    feed = narrowed(room)
    live = LiveStream(stream="s", message="m", agent="bot", index=3, text="part", reasoning="")
    snapshot = Snapshot(channel=Channel(id="lab", name="lab", agents=()), messages=(), live=(live,))
    frame = Subscribed(channel="lab", position="f:30", recovered=False, snapshot=snapshot)
    room.stand(frame, 0)
    room.take(batch(31, 31, "f"), 0)
    assert [event.seq for event in await drain(feed)] == [31]
