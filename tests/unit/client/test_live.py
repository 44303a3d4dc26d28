"""Gaps, breaks and listeners that fall behind, with a socket of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from jupyter_agentchat.client import feeds
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.feeds import Room
from jupyter_agentchat.client.live import Live
from jupyter_agentchat.errors import AgentChatError, ChannelNotFoundError, DisconnectedError
from jupyter_agentchat.protocol.codec import EventBatch
from jupyter_agentchat.protocol.commands import AnyCommand, Subscribe, Unsubscribe
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.frames import Subscribed
from jupyter_agentchat.protocol.position import Position


class Counting:
    """A log of numbered chunks, and what the client says to it."""

    def __init__(self) -> None:
        self.live = Live(Server("http://h/"))
        self.live.socket.ask = self.ask  # type: ignore[method-assign]
        self.live.socket.tell = self.tell  # type: ignore[method-assign]
        self.said: list[AnyCommand] = []
        self.seq = 10
        self.refusal: AgentChatError | None = None

    async def ask(self, command: AnyCommand) -> Any:
        await self.tell(command)
        if self.refusal is not None:
            raise self.refusal
        if isinstance(command, Subscribe):
            after = command.after or f"e:{self.seq}"
            self.live._on_frame(Subscribed(channel="lab", position=after, recovered=True), 0, 0)
            first = int(after.partition(":")[2]) + 1
            if first <= self.seq:
                self.send(first, self.seq)

    async def tell(self, command: AnyCommand) -> None:
        self.said.append(command)

    def send(self, first: int, last: int) -> None:
        events = tuple(
            StreamDelta(seq=seq, t=0, stream="s", index=seq, text=f"{seq} ")
            for seq in range(first, last + 1)
        )
        batch = EventBatch(channel="lab", epoch="e", first=first, last=last, events=events)
        self.live._on_frame(batch, 0, 0)

    def publish(self, count: int = 1) -> None:
        for _ in range(count):
            self.seq += 1
            self.send(self.seq, self.seq)

    def asked(self) -> list[str | None]:
        return [each.after for each in self.said if isinstance(each, Subscribe)]


async def read(feed: Any, last: int) -> list[int]:
    seqs: list[int] = []
    async for received in feed:
        seqs += [event.seq for event in received.events]
        if seqs[-1] >= last:
            break
    return seqs


@pytest.fixture
def server() -> Counting:
    return Counting()


async def test_a_gap_is_asked_for_and_filled(server: Counting) -> None:
    feed = await server.live.feed("lab")
    server.publish()
    server.seq += 3  # lost on the way
    server.publish()
    assert await read(feed, 15) == [11, 12, 13, 14, 15]
    assert server.asked() == [None, "e:11"]


async def test_what_came_before_is_not_read_twice(server: Counting) -> None:
    feed = await server.live.feed("lab")
    server.publish(2)
    server.send(11, 12)
    server.publish()
    assert await read(feed, 13) == [11, 12, 13]
    assert server.asked() == [None]


async def test_after_a_break_it_goes_on_where_it_stood(server: Counting) -> None:
    feed = await server.live.feed("lab")
    server.publish(2)
    server.seq += 5
    server.live._on_open()
    assert await read(feed, 17) == list(range(11, 18))
    assert server.asked() == [None, "e:12"]


async def test_a_listener_that_is_behind_pauses_its_channel_and_gets_everything_later(
    server: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MAX_EVENTS", 10)
    feed = await server.live.feed("lab")
    server.publish(100)
    await asyncio.sleep(0)
    assert sum(isinstance(each, Unsubscribe) for each in server.said) == 1
    assert feed._events == 11
    server.live._on_open()  # a break in between asks for nothing that there is no room for
    assert server.asked() == [None]
    monkeypatch.setattr(feeds, "MAX_EVENTS", 1000)  # what is asked for comes in one go here
    assert await read(feed, 110) == list(range(11, 111))
    assert server.asked() == [None, "e:21"]


async def test_a_listener_that_leaves_lets_the_others_go_on(
    server: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MAX_EVENTS", 10)
    slow = await server.live.feed("lab")
    quick = await server.live.feed("lab")
    quick.narrow("s")
    server.publish(50)
    await slow.close()
    texts = []
    async for received in quick:
        texts += [event.text for event in received.events if isinstance(event, StreamDelta)]
        if texts[-1].endswith("60 "):
            break
    assert "".join(texts) == "".join(f"{seq} " for seq in range(11, 61))


async def test_a_channel_that_is_gone_after_a_break_ends_its_listeners(server: Counting) -> None:
    feed = await server.live.feed("lab")
    server.refusal = ChannelNotFoundError("There is no channel 'lab'.")
    server.live._on_open()
    with pytest.raises(ChannelNotFoundError):
        await read(feed, 11)


async def test_a_channel_that_is_not_there_leaves_no_listener_behind(server: Counting) -> None:
    server.refusal = ChannelNotFoundError("There is no channel 'lab'.")
    with pytest.raises(ChannelNotFoundError):
        await server.live.feed("lab")
    assert server.live._rooms["lab"].feeds == set()


async def test_what_is_lost_for_good_ends_every_listener_with_its_reason(server: Counting) -> None:
    feed = await server.live.feed("lab")
    server.publish()
    server.live._on_lost(DisconnectedError("the cable"))
    with pytest.raises(DisconnectedError, match="the cable"):
        await read(feed, 12)


# ---------------------------------------------------------------- planted faults


def everything_follows(room: Room, _: EventBatch) -> bool:
    return room.position is not None


def later_ones_follow(room: Room, batch: EventBatch) -> bool:
    return room.position is not None and batch.last > room.position.seq


def nobody_asks(*_: object) -> None:
    """Leave the gap as it is."""


async def asked_from_now_on(live: Live, room: Room, _: Position) -> None:
    await live.socket.ask(Subscribe(channel=room.channel))


async def asked_one_late(live: Live, room: Room, after: Position) -> None:
    late = Position(after.epoch, after.seq + 1)
    await live.socket.ask(Subscribe(channel=room.channel, after=str(late)))


async def nothing_asked(*_: object) -> None:
    """Ask for nothing, so that nothing more ever follows."""


async def at_once(check: Coroutine[Any, Any, None]) -> None:
    """Run a check; nothing here waits for time, so one that is not done soon never will be."""
    task = asyncio.create_task(check)
    for _ in range(100):
        await asyncio.sleep(0)
    if task.cancel():
        pytest.fail("It waits for events that never come.")
    await task


GAP = test_a_gap_is_asked_for_and_filled
BREAK = test_after_a_break_it_goes_on_where_it_stood
TWICE = test_what_came_before_is_not_read_twice


@pytest.mark.parametrize(
    ("check", "place", "fault"),
    [
        (GAP, (Room, "follows"), everything_follows),
        (GAP, (Room, "follows"), later_ones_follow),
        (TWICE, (Room, "follows"), everything_follows),
        (GAP, (Live, "_resubscribe"), asked_from_now_on),
        (GAP, (Live, "_resubscribe"), asked_one_late),
        (GAP, (Live, "_resubscribe"), nothing_asked),
        (BREAK, (Live, "_resubscribe"), asked_from_now_on),
        (BREAK, (Live, "_on_open"), nobody_asks),
    ],
)
async def test_a_planted_fault_is_found(
    check: Callable[[Counting], Coroutine[Any, Any, None]],
    place: tuple[type, str],
    fault: Callable[..., object],
    server: Counting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(*place, fault)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        await at_once(check(server))
