"""Wherever a reader breaks off, and whatever the server lives through, their texts agree.

2,000 cases: random disconnects at any byte, merges, compactions, restarts, crashes that eat what
was not durable, and positions that nobody was ever given; on SQLite and in memory.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.bus import reading, subscription
from jupyter_agentchat.client.feeds import Room
from jupyter_agentchat.protocol.codec import merge_deltas
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.log import ChannelLog
from tests.properties.resuming import Reader, SocketReader, StreamReader, World, digest, settle

BLOCKS, SEEDS, STORIES = 10, 10, 10
STEPS = 14
ROUNDS = 1000
"""More than any reader needs to catch up."""

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and merges of sizes that short logs have too."""
    monkeypatch.setattr(subscription, "MERGE_EVENTS", 6)
    monkeypatch.setattr(reading, "PAGE_EVENTS", 16)


async def case(world: World, seen: Counter[str]) -> None:
    """Live through one story; an AssertionError tells where reader and server disagree."""
    chance = world.chance
    readers: list[Reader] = [SocketReader(world), StreamReader(world), SocketReader(world)]
    for _ in range(STEPS):
        await step(world, readers, chance, seen)
    for reader in readers:
        await catch_up(world, reader)
        seen["resumed"] += reader.resumes
        seen["refused"] += reader.refusals
        seen["merged"] += reader.merged
        reader.cut()
    world.clear()


async def step(
    world: World, readers: list[Reader], chance: random.Random, seen: Counter[str]
) -> None:
    for _ in range(chance.choice((0, 1, 3, 12))):
        world.act()
    what = chance.random()
    if what < 0.25:
        world.writer.commit()
    elif what < 0.35:
        world.writer.commit()
        while world.service.store.tidy(quiet=chance.random() < 0.7):
            seen["tidied"] += 1
    elif what < 0.42:
        await restart(world, readers, crash=chance.random() < 0.6)
        seen["restarted"] += 1
    for reader in readers:
        await visit(world, reader, chance)


async def restart(world: World, readers: list[Reader], *, crash: bool) -> None:
    for reader in readers:
        if reader.sink is not None:
            await settle(world)
            reader.take(world.chance.randrange(1, 4000))
        reader.cut()
    await world.stop(crash=crash)
    await world.open()


async def visit(world: World, reader: Reader, chance: random.Random) -> None:
    if reader.sink is None:
        if chance.random() < 0.6:
            await reader.come(position_of(reader, chance))
        return
    await settle(world)
    what = chance.random()
    if what < 0.5:
        reader.take(chance.choice((1, 30, 200, 1000, 100_000)))
        reader.check()
    elif what < 0.7:
        reader.cut()
    elif what < 0.85:
        reader.sink.is_stuck = True  # the next write fills the socket's buffer
    else:
        reader.sink.release()


def position_of(reader: Reader, chance: random.Random) -> Position | None:
    """Return where the reader stands, or now and then a place where nobody ever stood."""
    position = reader.position
    if position is not None and chance.random() < 0.1:
        far = Position(position.epoch, position.seq + 1000)
        return chance.choice((Position("nobody", position.seq), far))
    return position


async def catch_up(world: World, reader: Reader) -> None:
    if reader.sink is None:
        await reader.come(reader.position)
    for _ in range(ROUNDS):
        if reader.stands_at(world.log.seq):
            break
        assert reader.sink is not None
        reader.sink.release()
        await settle(world)
        reader.take(1_000_000)
    assert reader.stands_at(world.log.seq), "it never has everything"
    reader.check()
    assert reader.fold is not None
    assert digest(reader.fold) == digest(world.log.fold)
    stored = (await world.service.messages("lab", limit=500)).messages
    shown = reader.fold.messages
    assert [m.text for m in stored if m.status != "streaming"] == [
        shown[m.id].text for m in stored if m.status != "streaming"
    ]


def run(seeds: range, folder: Path | None) -> Counter[str]:
    """Tell ten stories from each seed, on a server that lives on from one to the next."""
    seen: Counter[str] = Counter()

    async def all_() -> None:
        for seed in seeds:
            world = World(random.Random(seed), None if folder is None else folder / f"{seed}.db")
            try:
                await world.open()
                for _ in range(STORIES):
                    await case(world, seen)
                await world.stop(crash=False)
            except Exception as error:
                error.add_note(f"seed {seed}")
                with suppress(Exception):
                    await world.stop(crash=True)  # what it listens to would outlive it
                raise

    asyncio.run(all_())
    return seen


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_texts_agree_whatever_happens(store: str, block: int, tmp_path: Path) -> None:
    seeds = range(block * SEEDS, (block + 1) * SEEDS)
    seen = run(seeds, tmp_path if store == "sqlite" else None)
    # The stories are worth telling: all of it happened, and often.
    assert min(seen[each] for each in ("resumed", "refused", "merged", "restarted")) > 30, seen
    if store == "sqlite":
        assert seen["tidied"] > 30, seen


# ---------------------------------------------------------------- planted faults


def off_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    take = Room.take

    def take_and_stand_one_back(self: Room, batch: Any, *rest: int) -> None:
        take(self, batch, *rest)
        self.position = Position(batch.epoch, batch.last - 1)

    monkeypatch.setattr(Room, "take", take_and_stand_one_back)


def lost_in_a_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    def merge_and_lose(events: Any) -> Any:
        kept = list(events)
        deltas = [each for each in kept if isinstance(each, StreamDelta) and each.text]
        return merge_deltas(each for each in kept if not deltas or each is not deltas[-1])

    monkeypatch.setattr(subscription, "merge_deltas", merge_and_lose)


def always_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resumable(*_: object) -> None:
        """Nothing stands in the way."""

    monkeypatch.setattr(ChannelLog, "resumable", resumable)


def never_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resumable(*_: object) -> str:
        return "unknown epoch"

    monkeypatch.setattr(ChannelLog, "resumable", resumable)


def refused_after_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resumable(log: ChannelLog, position: Position) -> str | None:
        return None if position.epoch == log.epoch else "unknown epoch"

    monkeypatch.setattr(ChannelLog, "resumable", resumable)


def resumed_from_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    resumable = ChannelLog.resumable

    async def known_epoch(log: ChannelLog, position: Position) -> str | None:
        return await resumable(log, Position(position.epoch, 0))

    monkeypatch.setattr(ChannelLog, "resumable", known_epoch)


def ids_between_merged_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "jupyter_agentchat.web.sse.complete_after",
        lambda items: [
            i.event.seq if isinstance(i.event.seq, int) else i.event.seq[1] for i in items
        ],
    )


@pytest.mark.parametrize(
    "plant",
    [
        off_by_one,
        lost_in_a_merge,
        always_recovered,
        never_recovered,
        refused_after_a_restart,
        resumed_from_ahead,
        ids_between_merged_events,
    ],
)
def test_each_planted_fault_is_found(
    plant: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run(range(SEEDS), tmp_path)
