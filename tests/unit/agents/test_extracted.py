from __future__ import annotations

import asyncio
import logging
import time
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from jupyter_agentchat.agents.base import Chunk, Emitted, Status
from jupyter_agentchat.agents.extracted import SLOW_MS, extracted
from jupyter_agentchat.agents.extractors import BUILTIN, GROUP, make_extractor, name_of
from jupyter_agentchat.errors import AgentError
from jupyter_agentchat.extract import (
    Extractor,
    JsonValueExtractor,
    PassthroughExtractor,
    StreamError,
    XmlTagExtractor,
)
from jupyter_agentchat.testing.agents import ScriptedAgent, never
from jupyter_agentchat.testing.turns import make_turn

XML = ["<response><actions>REPLY</actions><te", "xt>Hello ", "world!</tex", "t></response>"]


def agent(script: list[Any], **attributes: object) -> ScriptedAgent:
    made = ScriptedAgent(script)
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def collect(made: ScriptedAgent) -> list[Emitted]:
    async def run() -> list[Emitted]:
        return [each async for each in extracted(made, make_turn("hi"))]

    return asyncio.run(run())


def text(emitted: list[Emitted]) -> str:
    return "".join(each.text for each in emitted if isinstance(each, Chunk))


class Slow(PassthroughExtractor):
    def push(self, chunk: str) -> str:
        time.sleep((SLOW_MS + 1) / 1e3)
        return super().push(chunk)


class Broken(PassthroughExtractor):
    def push(self, chunk: str) -> str:
        raise ValueError(chunk)


class Holding(PassthroughExtractor):
    """Shows everything at the end."""

    def reset(self) -> None:
        super().reset()
        self.held = ""

    def push(self, chunk: str) -> str:
        self.held += chunk
        return ""

    def flush(self) -> str:
        return self.held


def test_without_an_extractor_the_answer_is_the_agents() -> None:
    assert collect(agent(["a", "b"])) == ["a", "b"]


@pytest.mark.parametrize("name", ["text", "response", "actions"])
def test_only_what_people_should_see_comes_out(name: str) -> None:
    status = Status("thinking")
    out = collect(agent([Chunk("why", "reasoning"), *XML, status], extractor=name))
    assert text(out) == "whyHello world!"
    assert out[0] == Chunk("why", "reasoning")
    assert out[-1] == status


def test_json_is_read_as_it_comes() -> None:
    assert text(collect(agent(['{"response": "Hel', 'lo"}'], extractor="json"))) == "Hello"


def test_what_was_held_back_comes_last_with_its_instant() -> None:
    out = collect(agent([Chunk("a", "text", 7), Chunk("b", "text", 8)], extractor=Holding))
    assert out == [Chunk("ab", "text", 8)]


def test_a_new_answer_begins_with_a_reset() -> None:
    shared = XmlTagExtractor("text")
    made = agent(["<text>one</text>"], extractor=lambda: shared)
    assert [text(collect(made)) for _ in range(2)] == ["one", "one"]


def test_a_slow_push_is_logged_once_with_its_name(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert text(collect(agent(["a", "b"], extractor=Slow))) == "ab"
    (record,) = caplog.records
    assert "'Slow'" in record.getMessage()


def test_what_an_extractor_raises_is_named() -> None:
    with pytest.raises(AgentError, match=r"The extractor 'Broken' raised ValueError: a"):
        collect(agent(["a"], extractor=Broken))
    too_large = "x" * (1024 * 1024 + 1)
    with pytest.raises(StreamError) as caught:
        collect(agent([too_large], extractor="passthrough"))
    assert caught.value.code == "CHUNK_TOO_LARGE"
    strict = agent(["x" * 200_000], extractor=lambda: XmlTagExtractor("text", strict=True))
    with pytest.raises(StreamError) as caught:
        collect(strict)
    assert caught.value.code == "BUFFER_OVERFLOW"
    strict = agent(['{"response": nope'], extractor=lambda: JsonValueExtractor(strict=True))
    with pytest.raises(StreamError) as caught:
        collect(strict)
    assert caught.value.code == "PARSE_ERROR"


@pytest.mark.parametrize("extractor", ["passthrough", Holding])
def test_a_model_that_falls_silent_times_out(extractor: Any) -> None:
    made = agent(["a", never()], extractor=extractor, idle_timeout_s=0.01)
    with pytest.raises(StreamError) as caught:
        collect(made)
    assert caught.value.code == "TIMEOUT"
    assert made.cancelled == 1


def test_a_stopped_stream_aborts_its_extractor() -> None:
    used = PassthroughExtractor()
    made = agent(["a", never()], extractor=lambda: used)

    async def run() -> None:
        answer = extracted(made, make_turn("hi"))
        assert await anext(answer) == Chunk("a")
        waiting = asyncio.ensure_future(anext(answer))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(run())
    with pytest.raises(StreamError) as caught:
        used.push("late")
    assert caught.value.code == "ABORTED"
    assert made.cancelled == 1


def plugin(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


def test_extractors_come_by_entry_point() -> None:
    here = "jupyter_agentchat.extract.passthrough:PassthroughExtractor"
    made = make_extractor("mine", lambda: [plugin("mine", here)])
    assert isinstance(made, PassthroughExtractor)
    with pytest.raises(AgentError, match=r"Known: passthrough, text, .*, mine"):
        make_extractor("other", lambda: [plugin("mine", here)])
    with pytest.raises(AgentError, match="'gone' could not be made: ModuleNotFoundError"):
        make_extractor("gone", lambda: [plugin("gone", "no.such.module:X")])


def test_what_is_no_extractor_is_refused() -> None:
    class Half:
        def reset(self) -> None: ...

    with pytest.raises(AgentError, match="lacks push"):
        make_extractor(Half)  # type: ignore[arg-type]
    with pytest.raises(AgentError, match="could not be made"):
        make_extractor(dict)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", BUILTIN)
def test_builtin_ones_are_extractors(name: str) -> None:
    assert isinstance(make_extractor(name), Extractor)
    assert name_of(name) == name
