"""Pins and threads; edits, deletions, reactions and reads are tested with the service."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from jupyter_agentchat.errors import InvalidInputError, MessageNotFoundError
from jupyter_agentchat.protocol.model import Author, Pin
from jupyter_agentchat.runtime.pipeline import Outgoing, Sending
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.testing.agents import ScriptedAgent
from tests.unit.runtime.conftest import USER, origin, running

Run = Callable[[Coroutine[Any, Any, None]], None]
BEN = Author(id="ben", kind="user", name="Ben")


async def say(service: Service, text: str, **fields: Any) -> Sending:
    sending = await service.send("lab", USER, Outgoing(text=text, **fields), origin())
    await service.ended(sending.streams)
    return sending


def test_anybody_pins_a_message_once(run: Run) -> None:
    async def check() -> None:
        async with running() as service:
            message = (await say(service, "hi", agents=())).message
            first = await service.edits.pin("lab", message.id, BEN, pinned=True)
            assert await service.edits.pin("lab", message.id, USER, pinned=True) == first
            pinned = await service.message("lab", message.id)
            assert pinned.pin is not None
            assert (pinned.pin.user, pinned.text) == ("ben", "hi")
            await service.edits.pin("lab", message.id, USER, pinned=False)
            assert (await service.message("lab", message.id)).pin is None

    run(check())


def test_a_deleted_message_loses_its_pin_and_gets_none(run: Run) -> None:
    async def check() -> None:
        async with running() as service:
            message = (await say(service, "hi", agents=())).message
            await service.edits.pin("lab", message.id, USER, pinned=True)
            await service.edits.delete("lab", message.id, USER)
            assert (await service.message("lab", message.id)).pin is None
            with pytest.raises(InvalidInputError, match="deleted"):
                await service.edits.pin("lab", message.id, USER, pinned=True)

    run(check())


def test_a_pin_is_stored(run: Run, tmp_path: Any) -> None:
    async def check() -> None:
        url = f"sqlite:///{tmp_path / 'a.db'}"
        async with running(url=url) as service:
            message = (await say(service, "hi", agents=())).message
            await service.edits.pin("lab", message.id, USER, pinned=True)
        async with running(url=url) as service:
            pin = (await service.message("lab", message.id)).pin
            assert isinstance(pin, Pin)
            assert pin.user == USER.id

    run(check())


def test_an_answer_stands_in_the_thread_of_its_question(run: Run) -> None:
    async def check() -> None:
        async with running(ScriptedAgent(["ok"])) as service:
            root = (await say(service, "hi", agents=())).message
            reply = await say(service, "and?", parent=root.id)
            assert reply.message.parent == root.id
            row = await service.stream(reply.streams[0])
            answer = await service.message("lab", row.message)
            assert (answer.parent, answer.reply_to) == (root.id, reply.message.id)

    run(check())


def test_a_thread_has_one_level_and_a_root_that_exists(run: Run) -> None:
    async def check() -> None:
        async with running() as service:
            root = (await say(service, "hi", agents=())).message
            reply = (await say(service, "and?", agents=(), parent=root.id)).message
            with pytest.raises(InvalidInputError, match="one level"):
                await say(service, "deeper", agents=(), parent=reply.id)
            with pytest.raises(MessageNotFoundError):
                await say(service, "lost", agents=(), parent="nobody")

    run(check())
