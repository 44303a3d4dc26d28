from __future__ import annotations

from collections.abc import Sequence

import pytest

from jupyter_agentchat.client.feeds import RemoteFeed, Room
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.codec import EventBatch
from jupyter_agentchat.protocol.events import AnyEvent, StreamDelta, StreamInterrupted
from jupyter_agentchat.protocol.frames import Subscribed
from jupyter_agentchat.protocol.model import Author, Channel, Message, Snapshot
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
    feed.put(None)
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
