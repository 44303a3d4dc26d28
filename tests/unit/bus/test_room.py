"""What a room notes of its flushes, and when it hands that on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

import pytest

from jupyter_agentchat.bus import room as module
from jupyter_agentchat.bus import rooms as rooms_module
from jupyter_agentchat.bus.ledger import Ledger
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.reading import Reading
from jupyter_agentchat.bus.room import Follower, Room
from jupyter_agentchat.bus.rooms import Rooms
from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.events import Read, StreamDelta
from jupyter_agentchat.protocol.publication import Publication
from tests.properties.rooms import FakeSink, LineForm, MemoryLog

Told = tuple[int, list[int], list[bool]]


@pytest.fixture(autouse=True)
def never_quiet() -> Iterator[None]:
    """Let every flush wait until a test asks for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rooms_module, "QUIET_S", float("inf"))
        yield


class Record:
    """An observer; of instants it keeps whether there is one."""

    def __init__(self) -> None:
        self.told: list[Told] = []

    def stamped(
        self, channel: str, after: int, seqs: Sequence[int], socket_ns: Sequence[int]
    ) -> None:
        assert channel == "lab"
        self.told.append((after, list(seqs), [instant > 0 for instant in socket_ns]))

    def delivered(
        self,
        channel: str,
        publications: Sequence[Publication],
        replay_until: int,
        *,
        socket_ns: int,
    ) -> None:
        raise AssertionError((channel, publications, replay_until, socket_ns))


class SilentForm(LineForm):
    """Says nothing of the stream ``b``."""

    def encode(self, channel: str, epoch: str, batch: Batch) -> bytes:
        if all(getattr(each.event, "stream", "") == "b" for each in batch.publications):
            return b""
        return super().encode(channel, epoch, batch)


class Place:
    """A channel with one reader."""

    def __init__(self) -> None:
        self.log, self.record = MemoryLog("lab"), Record()
        self.rooms, self.form = Rooms(), SilentForm()
        self.log.append(Read(seq=1, t=0, user="ann", upto=1))
        self.reading = self.join(self.record)

    def join(self, record: Record) -> Reading:
        outlet = Outlet(FakeSink(), list[CloseCode]().append)
        seq = self.log.seq
        return self.rooms.read(
            "lab", self.log, self.form, outlet, seq, replay_until=seq, observer=record
        )

    async def say(self, *streams: str) -> None:
        """Append chunks, and an event without any for each that has no name, in one flush."""
        for stream in streams:
            seq = self.log.seq + 1
            if stream:
                self.log.append(StreamDelta(seq=seq, t=0, stream=stream, index=seq, text="x"))
            else:
                self.log.append(Read(seq=seq, t=0, user="ann", upto=1))
        self.rooms._flush(list(self.rooms._rooms.values()))
        await asyncio.sleep(0)


async def test_a_flush_is_told_by_its_last_seq() -> None:
    place = Place()
    await place.say("a", "b", "a")
    await place.say("a")
    await place.say("", "b", "a")
    place.rooms.settle()
    place.rooms.settle()
    await place.say("a")
    place.rooms.settle()
    assert place.record.told == [(1, [4, 5, 8], [True] * 3), (8, [9], [True])]


async def test_a_flush_without_a_chunk_is_not_told() -> None:
    place = Place()
    await place.say("")
    place.rooms.settle()
    assert place.record.told == []
    await place.say("a")
    await place.say("", "")
    await place.say("a")
    place.rooms.settle()
    assert place.record.told == [(2, [3, 6], [True, True])]


async def test_chunks_that_a_form_leaves_out_have_no_instant() -> None:
    place = Place()
    await place.say("b")
    await place.say("b", "b")
    await place.say("a")
    late = Record()
    place.join(late)
    await place.say("b")
    await place.say("a")
    place.rooms.settle()
    assert place.record.told == [(1, [4, 5, 6, 7], [False, True, False, True])]
    assert late.told == [(5, [6, 7], [False, True])]


async def test_who_comes_while_nobody_read_begins_where_the_log_is() -> None:
    place, late = Place(), Record()
    place.reading.fall_behind()
    await place.say("a")
    place.join(late)
    await place.say("a")
    place.rooms.settle()
    assert late.told == [(2, [3], [True])]


async def test_instants_are_handed_on_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HELD_S", 0.0)
    place = Place()
    await place.say("a")
    for _ in range(5):
        await asyncio.sleep(0)
    assert place.record.told == [(1, [2], [True])]


async def test_instants_are_handed_on_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FLUSHES", 3)
    place = Place()
    for _ in range(7):
        await place.say("a")
    assert [seqs for _, seqs, _ in place.record.told] == [[2, 3, 4], [5, 6, 7]]


async def test_what_brought_nothing_at_all_is_not_told() -> None:
    place = Place()
    await place.say("b")
    place.rooms.settle()
    await place.say("a")
    place.rooms.settle()
    assert place.record.told == [(2, [3], [True])]


async def test_an_empty_room_waits_for_nothing() -> None:
    place = Place()
    await place.say("a")
    timer = place.reading._room._settling
    assert timer is not None
    assert not timer.cancelled()
    place.reading.close()
    assert timer.cancelled()
    assert place.record.told == [(1, [2], [True])]


# ---------------------------------------------------------------- planted faults

Check = Callable[[], Awaitable[None]]
FOLLOW = Follower.restart


def _never(_: object) -> None:
    """Do nothing."""


def _from_the_beginning(follower: Follower, start: int, _: int) -> None:
    FOLLOW(follower, start, 0)


@pytest.mark.parametrize(
    ("check", "owner", "name", "fault"),
    [
        pytest.param(
            test_chunks_that_a_form_leaves_out_have_no_instant,
            Ledger,
            "skip",
            lambda *_: False,
            id="what-is-left-out-is-told",
        ),
        pytest.param(
            test_a_flush_without_a_chunk_is_not_told,
            module,
            "_brings_chunks",
            lambda _: True,
            id="what-has-no-chunk-is-told",
        ),
        pytest.param(
            test_a_flush_is_told_by_its_last_seq, Ledger, "restart", _never, id="told-twice"
        ),
        pytest.param(
            test_an_empty_room_waits_for_nothing, Room, "close", _never, id="waits-for-ever"
        ),
        pytest.param(
            test_who_comes_while_nobody_read_begins_where_the_log_is,
            Follower,
            "restart",
            _from_the_beginning,
            id="told-of-what-was-before",
        ),
    ],
)
async def test_a_planted_fault_is_found(
    check: Check, owner: object, name: str, fault: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, fault)
    with pytest.raises(AssertionError):
        await check()


@pytest.mark.parametrize(
    "check", [test_instants_are_handed_on_soon, test_instants_are_handed_on_when_there_are_many]
)
async def test_a_room_that_hands_nothing_on_is_found(
    check: Callable[[pytest.MonkeyPatch], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Room, "flushed", _never)
    with pytest.raises(AssertionError):
        await check(monkeypatch)
