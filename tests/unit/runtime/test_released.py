"""Channels that no list shows, and that leave memory when nothing runs in them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from jupyter_agentchat.errors import (
    AgentNotFoundError,
    ConflictError,
    EmptyMessageError,
    RateLimitedError,
)
from jupyter_agentchat.protocol.events import AnyEvent
from jupyter_agentchat.protocol.model import Author, Channel
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.testing.agents import ScriptedAgent, never
from tests.unit.runtime.conftest import USER, origin, running

Run = Callable[[Coroutine[Any, Any, None]], None]
ONCE = Channel(id="once", name="once", agents=("scripted",), unlisted=True)
ASKED = Outgoing(text="two")
EARLIER = [(Author(id="system", kind="system", name="system"), "Be brief."), (USER, "one")]


def test_a_channel_begins_with_what_was_said_elsewhere(run: Run) -> None:
    async def check() -> None:
        agent = ScriptedAgent(["ok"])
        async with running(agent) as service:
            sending = await service.begin(ONCE, EARLIER, USER, ASKED, origin())
            await service.ended(sending.streams)
            seen = [(message.author.kind, message.text) for message in agent.turns[0].history]
            assert seen == [("system", "Be brief."), ("user", "one")]

    run(check())


def test_what_cannot_be_said_here_was_not_said_elsewhere(run: Run) -> None:
    async def check() -> None:
        async with running(ScriptedAgent()) as service:
            with pytest.raises(EmptyMessageError):
                await service.begin(ONCE, [(USER, " ")], USER, ASKED, origin())
            with pytest.raises(EmptyMessageError):
                await service.begin(ONCE, [], USER, Outgoing(text=""), origin())
            nobody = Outgoing(text="two", agents=("nobody",))
            with pytest.raises(AgentNotFoundError):
                await service.begin(ONCE, [], USER, nobody, origin())
            assert [channel.id for channel in await service.channels(unlisted=True)] == ["lab"]
            await service.begin(ONCE, [], USER, ASKED, origin())
            with pytest.raises(ConflictError):
                await service.begin(ONCE, [], USER, ASKED, origin())

    run(check())


def test_who_may_not_send_leaves_no_channel_behind(run: Run) -> None:
    async def check() -> None:
        settings = Settings(sends_per_minute=1)
        async with running(ScriptedAgent(), settings=settings) as service:
            await service.begin(ONCE, [], USER, ASKED, origin())
            other = Channel(id="other", name="other", unlisted=True)
            with pytest.raises(RateLimitedError):
                await service.begin(other, [], USER, ASKED, origin())
            assert len(await service.channels(unlisted=True)) == 2

    run(check())


def test_an_unlisted_channel_is_there_for_those_who_know_it(run: Run) -> None:
    async def check() -> None:
        async with running(ScriptedAgent()) as service:
            await service.begin(ONCE, [], USER, ASKED, origin())
            assert [channel.id for channel in await service.channels()] == ["lab"]
            listed = await service.channels(unlisted=True)
            assert [channel.id for channel in listed] == ["lab", "once"]
            assert (await service.channel("once")).channel.unlisted is True

    run(check())


def test_a_released_channel_leaves_memory_and_comes_back_whole(run: Run) -> None:
    async def check() -> None:
        agent = ScriptedAgent(["ok"])
        async with running(agent) as service:
            heard: list[AnyEvent] = []
            service.watch(lambda _, event: heard.append(event))
            sending = await service.begin(ONCE, EARLIER, USER, ASKED, origin())
            await service.ended(sending.streams)
            before = (await service.channel("once")).seq
            await service.release_channel("once")
            agent.turns.clear()  # a turn knows its stream, and that its log
            gc.collect()
            assert "once" not in service._channels._logs
            assert not service._channels._released
            log = await service.channel("once")
            assert log.seq == before
            assert [message.text for message in log.fold.messages.values()][-1] == "ok"
            count = len(heard)
            await service.edits.react("once", sending.message.id, "x", USER, added=True)
            assert (log.seq, len(heard)) == (before + 1, count + 1)

    run(check())


def test_a_channel_that_somebody_holds_stays_the_only_one(run: Run) -> None:
    async def check() -> None:
        async with running(ScriptedAgent()) as service:
            sending = await service.begin(ONCE, [], USER, ASKED, origin())
            await service.ended(sending.streams)
            log = await service.channel("once")
            await service.release_channel("once")
            assert await service.channel("once") is log

    run(check())


def test_a_channel_in_which_somebody_answers_is_kept(run: Run) -> None:
    async def check() -> None:
        async with running(ScriptedAgent([never()])) as service:
            await service.begin(ONCE, [], USER, ASKED, origin())
            await service.release_channel("once")
            assert "once" in service._channels._logs

    run(check())
