from __future__ import annotations

import asyncio

import pytest

from jupyter_agentchat.agents.base import Chunk, Emitted
from jupyter_agentchat.agents.model import ModelAgent
from jupyter_agentchat.agents.parameters import ModelParameters
from jupyter_agentchat.errors import ProviderStreamError
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import RawChunk, Request, Turned
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.providers import ScriptedProvider, Step
from jupyter_agentchat.testing.turns import make_turn, said


async def answer(*script: Step) -> tuple[list[Emitted], Exception | None]:
    agent = ModelAgent(ScriptedProvider(script), "m")
    return await collect(agent.answer(make_turn("hi")))


def raw(text: str, at_ns: int) -> RawChunk:
    return RawChunk(text, "text", at_ns)


async def test_chunks_keep_the_instant_of_their_bytes_and_usage_comes_last() -> None:
    usage = Usage(input_tokens=3, output_tokens=2)
    got, error = await answer(raw("a", 11), usage, raw("b", 12))
    assert error is None
    assert got == [Chunk("a", "text", 11), Chunk("b", "text", 12), usage]


async def test_reasoning_in_the_text_is_split_off() -> None:
    script = [raw("<th", 1), raw("ink>why", 2), raw(" not</think>Be", 3), raw("cause <", 4)]
    got, _ = await answer(*script)
    assert got == [
        Chunk("why", "reasoning", 2),
        Chunk(" not", "reasoning", 3),
        Chunk("Be", "text", 3),
        Chunk("cause ", "text", 4),
        Chunk("<", "text", 4),
    ]


async def test_other_kinds_pass_as_they_are() -> None:
    script = [RawChunk("<think>", "reasoning", 1), RawChunk('{"a":1}', "tool_call", 2)]
    got, _ = await answer(*script)
    assert got == [Chunk("<think>", "reasoning", 1), Chunk('{"a":1}', "tool_call", 2)]


async def test_an_empty_answer_yields_nothing() -> None:
    assert await answer() == ([], None)


async def test_what_came_before_a_failure_is_kept() -> None:
    got, error = await answer(raw("a", 1), ProviderStreamError("cut"))
    assert got == [Chunk("a", "text", 1)]
    assert isinstance(error, ProviderStreamError)


@pytest.mark.parametrize("how", ["cancelled", "closed"])
async def test_a_stopped_answer_aborts_the_request(how: str) -> None:
    provider = ScriptedProvider(["a", asyncio.Event()])
    stream = ModelAgent(provider, "m").answer(make_turn("hi"))
    await anext(stream)
    if how == "closed":
        await stream.aclose()  # type: ignore[attr-defined]
    else:
        task = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert provider.aborted == 1


async def test_the_request_holds_history_and_parameters() -> None:
    provider = ScriptedProvider()
    parameters = ModelParameters(
        system="Be brief.", max_history_chars=5, temperature=0.1, max_tokens=9, seed=4
    )
    agent = ModelAgent(provider, "llama3", parameters=parameters)
    history = [said("too long"), said("short")]
    await collect(agent.answer(make_turn("hi", history)))
    assert provider.requests == [
        Request(
            model="llama3",
            turns=[Turned("system", "Be brief."), Turned("user", "short\n\nhi")],
            temperature=0.1,
            max_tokens=9,
            seed=4,
        )
    ]


async def test_it_is_known_by_provider_and_model() -> None:
    provider = ScriptedProvider(name="ollama")
    info = ModelAgent(provider, "llama3:8b").info
    assert (info.name, info.model, info.provider) == ("ollama:llama3:8b", "llama3:8b", "ollama")
    assert (info.where, info.description) == ("process", "The model llama3:8b of ollama.")
    agent = ModelAgent(provider, "x", name="tutor", description="Teaches.")
    assert (agent.info.name, agent.info.description, agent.policy) == ("tutor", "Teaches.", "queue")
    await agent.close()
    assert provider.is_closed
