"""The channel and the times that a log is narrowed to are what the server's store is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import jupyter_agentchat as ac
from jupyter_agentchat.client.remote import RemoteTransport
from jupyter_agentchat.dialects.native.log import LogHandler
from jupyter_agentchat.frames import blocks, log
from jupyter_agentchat.frames.tables import NAMES

SINCE, UNTIL = 1_700_000_000_000_000, 4_000_000_000_000_000
SPAN = "lab", SINCE, UNTIL
ASKED = {
    "messages": ("messages", SPAN),
    "streams": ("streams", SPAN),
    "chunks": ("segments", SPAN),
    "hops": ("segments", SPAN),
    "events": ("events", SPAN),
    "connections": ("connections", SPAN[1:]),
}
"""The store's method that reads a table's rows, and what it is asked."""


def recorded(store: Any, method: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Return what a method of the store is asked from now on."""
    asked: list[tuple[Any, ...]] = []
    ask = getattr(store, method)

    def record(*what: Any) -> Any:
        asked.append(what)
        return ask(*what)

    monkeypatch.setattr(store, method, record)
    return asked


async def check(chat: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await chat.channel()
    await chat.channel("other")
    for channel in ("lab", "other"):
        await chat.send("hi", channel, mode="sync")
    method, expected = ASKED[name]
    asked = recorded(chat.service.store, method, monkeypatch)
    token = chat.headers["Authorization"].removeprefix("token ")
    async with await ac.connect_async(chat.url, token) as client:
        frame = await getattr(client.log("lab", since=SINCE / 1e6, until=UNTIL / 1e6), name)()
    assert asked
    assert set(asked) == {expected}
    assert len(frame) > 0 or name == "connections"


@pytest.mark.parametrize("name", NAMES)
async def test_the_store_reads_what_is_asked_for_and_no_more(
    chat: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await check(chat, name, monkeypatch)


# ---------------------------------------------------------------- planted faults

TABLE, READ = RemoteTransport.table, blocks.read


def no_span(*_: object) -> tuple[None, None]:
    return None, None


async def every_channel(self: RemoteTransport, name: str, _: object, *times: Any) -> Any:
    return await TABLE(self, name, None, *times)


async def since_alone(self: RemoteTransport, name: str, channel: Any, since: Any, _: Any) -> Any:
    return await TABLE(self, name, channel, since, None)


async def until_alone(self: RemoteTransport, name: str, channel: Any, _: Any, until: Any) -> Any:
    return await TABLE(self, name, channel, None, until)


def no_instant(*_: object) -> None:
    """Read no argument."""


def every_block(store: Any, channel: Any, since: Any, until: Any, **how: Any) -> Any:
    del since, until
    return READ(store, channel, None, None, **how)


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ((log, "span"), no_span),
        ((RemoteTransport, "table"), every_channel),
        ((RemoteTransport, "table"), since_alone),
        ((RemoteTransport, "table"), until_alone),
        ((LogHandler, "_instant"), no_instant),
        ((blocks, "read"), every_block),
    ],
)
async def test_a_planted_fault_is_found(
    chat: Any,
    place: tuple[object, str],
    fault: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(*place, fault)
    with pytest.raises(AssertionError):
        await check(chat, "chunks", monkeypatch)
