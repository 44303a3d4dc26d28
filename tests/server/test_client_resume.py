"""The Python client across connections that break: every chunk once, in order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import jupyter_agentchat as ac
from jupyter_agentchat.client.aio import AsyncChat
from jupyter_agentchat.client.reply import Chunk, Reply
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol import reconnection
from jupyter_agentchat.protocol.close_codes import CloseCode

CHUNKS = 300
ORDER = {"synthetic": {"chunks": CHUNKS, "ttft_ms": 0, "icl_ms": 4, "seed": 3}}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnection, "FIRST_DELAY_S", 0.02)


async def connect(chat: Any) -> AsyncChat:
    token = chat.headers["Authorization"].removeprefix("token ")
    return await ac.connect_async(chat.url, token)


def cut(client: AsyncChat) -> None:
    """Break the connection below the WebSocket, as a network does."""
    transport: Any = client._transport
    connection = transport._live.socket._connection
    if connection is not None and connection.protocol is not None:
        connection.protocol.stream.close()


async def read(client: AsyncChat, cuts: set[int], breaking: Any) -> tuple[list[Chunk], Reply]:
    seen: list[Chunk] = []
    replies: list[Reply] = []
    async for chunk in client.stream(
        "go", agent="synthetic", metadata=ORDER, on_end=replies.append
    ):
        seen.append(chunk)
        if chunk.index in cuts:
            breaking()
    return seen, replies[0]


def check(seen: list[Chunk], reply: Reply) -> None:
    assert reply.status == "completed"
    assert [chunk.index for chunk in seen] == list(range(CHUNKS))
    seqs = [chunk.seq for chunk in seen]
    assert seqs == list(range(seqs[0], seqs[0] + CHUNKS))
    assert "".join(chunk.text for chunk in seen) == reply.text


async def test_a_network_that_breaks_again_and_again_loses_nothing(chat: Any) -> None:
    async with await connect(chat) as client:
        seen, reply = await read(client, {1, 2, 50, 51, 120, 200, 299}, lambda: cut(client))
        check(seen, reply)
        connections = await client.log().connections()
    assert len(connections) >= 4
    assert connections.resumed_from.notna().sum() >= 3


async def test_a_server_that_sends_its_readers_away_for_a_moment_loses_nothing(chat: Any) -> None:
    def shut() -> None:
        for reader in list(chat.extension.backend.readers):
            reader.shut(CloseCode.STOPPING)

    async with await connect(chat) as client:
        check(*await read(client, {10, 150}, shut))


async def test_what_was_sent_into_a_broken_connection_is_taken_once(chat: Any) -> None:
    async with await connect(chat) as client:
        await client.send("first", agents=[])
        for number in range(5):
            cut(client)
            await client.send(f"message {number}", agents=[])
        texts = [message.text for message in await client.messages()]
    assert texts == ["first", *(f"message {number}" for number in range(5))]


async def test_two_listeners_of_one_channel_each_get_their_answer(chat: Any) -> None:
    async with await connect(chat) as client:
        answers = await asyncio.gather(
            *(client.ask("hi", agent="synthetic", metadata=ORDER) for _ in range(3))
        )
    assert len({answer.stream_id for answer in answers}) == 3
    assert {len(answer.timeline.t_chunks) for answer in answers} == {CHUNKS}


async def test_a_client_that_is_told_to_stay_away_says_so(chat: Any) -> None:
    client = await connect(chat)
    stream = client.stream("go", agent="synthetic", metadata=ORDER)
    await anext(stream)
    for reader in list(chat.extension.backend.readers):
        reader.shut(CloseCode.UNSUPPORTED_PROTOCOL)
    with pytest.raises(DisconnectedError, match="4500"):
        async for _ in stream:
            pass
    with pytest.raises(DisconnectedError, match="4500"):
        await client.send("hi", agents=[])
    await client.close()
