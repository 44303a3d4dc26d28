"""The whole client over a service in this process; real servers stand in `tests/server`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from jupyter_agentchat.client.aio import AsyncChat
from jupyter_agentchat.client.embedded import EmbeddedTransport
from jupyter_agentchat.client.reply import Reply
from jupyter_agentchat.errors import (
    AgentChatError,
    AgentNotFoundError,
    AgentTimeoutError,
    EmptyMessageError,
    IdempotencyError,
    InvalidInputError,
    StreamNotFoundError,
)
from jupyter_agentchat.frames.tables import NAMES
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.testing.agents import ScriptedAgent, never


@asynccontextmanager
async def chatting(*agents: ScriptedAgent) -> AsyncIterator[AsyncChat]:
    service = await compose(agents=agents)
    await service.start()
    async with AsyncChat(EmbeddedTransport(service)) as chat:
        yield chat


async def test_chunks_arrive_one_by_one_and_make_the_reply() -> None:
    replies: list[Reply] = []
    async with chatting(ScriptedAgent(["one ", "two ", "three"])) as chat:
        chunks = [
            chunk async for chunk in chat.stream("hi", agent="scripted", on_end=replies.append)
        ]
    assert [chunk.text for chunk in chunks] == ["one ", "two ", "three"]
    assert [chunk.index for chunk in chunks] == [0, 1, 2]
    seqs = [chunk.seq for chunk in chunks]
    assert seqs == list(range(seqs[0], seqs[0] + 3))
    assert [chunk.received_ns for chunk in chunks] == sorted(c.received_ns for c in chunks)
    (reply,) = replies
    assert (reply.text, reply.status) == ("one two three", "completed")
    assert {chunk.stream_id for chunk in chunks} == {reply.stream_id}
    assert reply.timeline.t_chunks == tuple(chunk.received_ns for chunk in chunks)
    assert reply.timeline.t_request < chunks[0].received_ns


async def test_ask_returns_what_the_log_holds() -> None:
    async with chatting() as chat:
        reply = await chat.ask("I am unhappy", agent="eliza")
        question, answer = await chat.messages()
        log = chat.log()
        streams, chunks, messages = await log.streams(), await log.chunks(), await log.messages()
    assert question.text == "I am unhappy"
    assert (answer.text, answer.id, answer.stream) == (
        reply.text, reply.message_id, reply.stream_id,
    )  # fmt: skip
    assert list(streams.stream_id) == [reply.stream_id]
    assert "".join(chunks.text) == reply.text
    assert tuple(chunks.client_ns) == reply.timeline.t_chunks
    assert list(messages.text) == ["I am unhappy", reply.text]


async def test_leaving_a_stream_stops_it() -> None:
    agent = ScriptedAgent(["one ", never()])
    async with chatting(agent) as chat:
        chunks = chat.stream("hi", agent="scripted")
        assert (await anext(chunks)).text == "one "
        await chunks.aclose()
        assert (await chat.messages())[-1].status == "cancelled"
    assert agent.cancelled == 1


async def test_an_answer_that_takes_too_long_is_stopped() -> None:
    agent = ScriptedAgent(["one ", never()])
    async with chatting(agent) as chat:
        with pytest.raises(AgentTimeoutError, match=r"within 0\.5 s"):
            await chat.ask("hi", agent="scripted", timeout=0.5)
    assert agent.cancelled == 1


async def read(chat: AsyncChat, first: asyncio.Event) -> Reply:
    replies: list[Reply] = []
    async for _ in chat.stream("hi", agent="scripted", on_end=replies.append):
        first.set()
    return replies[0]


async def test_closing_while_an_answer_streams_ends_it() -> None:
    async with chatting(ScriptedAgent(["one ", never()])) as chat:
        first = asyncio.Event()
        asking = asyncio.create_task(read(chat, first))
        await first.wait()
    reply = await asking
    assert (reply.status, reply.text) == ("interrupted", "one ")


async def test_an_agent_that_raises_fails_the_reply_and_nothing_else() -> None:
    agent = ScriptedAgent(["one ", RuntimeError("boom")])
    async with chatting(agent) as chat:
        reply = await chat.ask("hi", agent="scripted")
        assert reply.status == "failed"
        assert reply.error is not None
        assert reply.error.code == "agent_failed"
        assert (await chat.ask("hi", agent="echo")).text == "hi"


async def test_send_returns_before_the_answer_and_once_for_each_id() -> None:
    async with chatting() as chat:
        first = await chat.send("hi", agents=["echo"], client_message_id="same")
        again = await chat.send("hi", agents=["echo"], client_message_id="same")
        assert (again.message, again.streams, again.duplicate) == (
            first.message, first.streams, True,
        )  # fmt: skip
        with pytest.raises(IdempotencyError):
            await chat.send("other", agents=["echo"], client_message_id="same")
        silent = await chat.send("to nobody", agents=[])
        assert silent.streams == ()


async def test_wrong_input_says_what_is_wrong_and_stores_nothing() -> None:
    async with chatting() as chat:
        with pytest.raises(EmptyMessageError):
            await chat.ask("  ")
        with pytest.raises(AgentNotFoundError, match="nobody"):
            await chat.ask("hi", agent="nobody")
        with pytest.raises(InvalidInputError, match="text, not int"):
            await chat.ask(5)  # type: ignore[arg-type]
        with pytest.raises(StreamNotFoundError):
            await chat.cancel("nothing")
        with pytest.raises(InvalidInputError, match="channel"):
            await chat.ask("hi", channel="")
        assert await chat.messages() == []


async def test_a_channel_where_nobody_answers_says_so() -> None:
    service = await compose()
    await service.start()
    async with AsyncChat(EmbeddedTransport(service)) as chat:
        await chat.join("quiet")
        await service.update_channel("quiet", name=None, agents=())
        with pytest.raises(InvalidInputError, match="No agent answers in 'quiet'"):
            await chat.ask("hi", channel="quiet")


async def test_channels_and_agents_are_listed_and_joined() -> None:
    async with chatting() as chat:
        assert {"eliza", "echo", "synthetic"} <= {agent.name for agent in await chat.agents()}
        await chat.join("b", ["echo"])
        await chat.join("b", ["synthetic"])
        await chat.join("a")
        found = {channel.id: channel.agents for channel in await chat.channels()}
    assert found == {"a": ("eliza",), "b": ("echo", "synthetic")}


async def test_a_closed_chat_says_so() -> None:
    async with chatting() as chat:
        pass
    assert chat.embedded
    with pytest.raises(AgentChatError, match="closed"):
        await chat.ask("hi")
    await chat.close()


async def test_reading_the_log_of_a_channel_that_is_not_there_makes_none() -> None:
    async with chatting() as chat:
        log = chat.log("unused")
        for name in NAMES:
            frame = await getattr(log, name)()
            assert len(frame) == 0
            assert len(frame.columns) > 0
        assert await chat.channels() == []
        assert await chat.messages("unused") == []
        with pytest.raises(InvalidInputError, match="There is no table"):
            await chat.table("nonsense", "unused", None, None)
