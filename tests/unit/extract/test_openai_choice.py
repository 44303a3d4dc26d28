from __future__ import annotations

from jupyter_agentchat.extract.openai_choice import ChoiceReader
from jupyter_agentchat.extract.openai_items import Delta, Finish, ToolCall
from jupyter_agentchat.extract.openai_wire import (
    WireChoice,
    WireDelta,
    WireFunction,
    WirePart,
    WireToolCall,
)


def choice(
    *calls: WireToolCall,
    content: str | None = None,
    reasoning: str | None = None,
    reasoning_content: str | None = None,
    refusal: str | None = None,
    finish: str | None = None,
) -> WireChoice:
    delta = WireDelta(content, reasoning_content, reasoning, refusal, list(calls) or None)
    return WireChoice(delta=delta, finish_reason=finish)


def test_numbers_run_over_all_kinds() -> None:
    reader = ChoiceReader()
    items = reader.read(choice(reasoning="why", content="what", refusal="no"))
    assert items == [Delta("why", "reasoning", 0), Delta("what", "text", 1), Delta("no", "text", 2)]
    assert reader.read(choice(content="")) == []
    assert reader.read(choice(content="x", finish="stop")) == [
        Delta("x", "text", 3),
        Finish("stop"),
    ]
    assert (reader.count, reader.finished) == (4, True)


def test_finish_comes_once_and_not_for_an_empty_reason() -> None:
    reader = ChoiceReader()
    assert reader.read(choice(finish="")) == []
    assert reader.read(choice(finish="stop")) == [Finish("stop")]
    assert reader.read(choice(finish="stop")) == []


def test_both_names_of_reasoning_are_one_text() -> None:
    assert ChoiceReader().read(choice(reasoning_content="a", reasoning="a")) == [
        Delta("a", "reasoning", 0)
    ]


def test_message_and_text_stand_in_for_the_delta() -> None:
    assert ChoiceReader().read(WireChoice(message=WireDelta("a"))) == [Delta("a")]
    assert ChoiceReader().read(WireChoice(text="b")) == [Delta("b")]
    assert ChoiceReader().read(WireChoice()) == []


def test_content_in_parts() -> None:
    parts = [
        WirePart("thinking", thinking=[WirePart(text="hm"), WirePart()]),
        WirePart("thinking", thinking="so"),
        WirePart(text="Hi"),
        WirePart("image_url"),
    ]
    assert ChoiceReader().read(WireChoice(delta=WireDelta(parts))) == [
        Delta("hm", "reasoning", 0),
        Delta("so", "reasoning", 1),
        Delta("Hi", "text", 2),
    ]


def test_tool_calls_are_told_apart_by_index() -> None:
    reader = ChoiceReader()
    first = WireToolCall(0, "c0", WireFunction("search", ""))
    second = WireToolCall(1, "c1", WireFunction("fetch", '{"u"'))
    assert reader.read(choice(first, second)) == [
        Delta("", "tool_call", 0, ToolCall(0, "c0", "search")),
        Delta('{"u"', "tool_call", 1, ToolCall(1, "c1", "fetch")),
    ]
    rest = WireToolCall(0, None, WireFunction(None, '{"q"'))
    assert reader.read(choice(rest)) == [Delta('{"q"', "tool_call", 2, ToolCall(0))]
    assert reader.read(choice(WireToolCall(1))) == []


def test_tool_calls_without_index_are_told_apart_by_id() -> None:
    reader = ChoiceReader()
    indices = [
        item.tool.index
        for id_ in ("a", None, "b", "a", None)
        for item in reader.read(choice(WireToolCall(None, id_, WireFunction(arguments="x"))))
        if isinstance(item, Delta) and item.tool is not None
    ]
    assert indices == [0, 0, 1, 0, 1]


def test_the_older_function_call() -> None:
    wire = WireChoice(delta=WireDelta(function_call=WireFunction("f", "{}")))
    assert ChoiceReader().read(wire) == [Delta("{}", "tool_call", 0, ToolCall(0, None, "f"))]


def test_a_pair_cut_between_chunks_is_joined_within_its_kind() -> None:
    reader = ChoiceReader()
    assert reader.read(choice(content="\ud83d", reasoning="\ud83e")) == []
    assert reader.read(choice(content="\ude00", reasoning="\udd14")) == [
        Delta("🤔", "reasoning", 0),
        Delta("😀", "text", 1),
    ]
