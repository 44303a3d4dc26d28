from __future__ import annotations

import pytest

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract.errors import MAX_CHUNK_SIZE, StreamError
from jupyter_agentchat.extract.think import ThinkSplitter


def test_reasoning_and_text_in_their_order() -> None:
    splitter = ThinkSplitter()
    assert splitter.feed("<think>plan</think>Hi<think>more</think>!") == [
        ("reasoning", "plan"),
        ("text", "Hi"),
        ("reasoning", "more"),
        ("text", "!"),
    ]
    assert splitter.finish() == []


def test_tags_cut_in_two() -> None:
    splitter = ThinkSplitter()
    items = [splitter.feed(chunk) for chunk in ("<th", "ink>pl", "an</thi", "nk>a <b", " c")]
    assert items == [
        [],
        [("reasoning", "pl")],
        [("reasoning", "an")],
        [("text", "a <b")],
        [("text", " c")],
    ]


def test_neighbours_of_one_kind_are_joined() -> None:
    assert ThinkSplitter().feed("a<think></think>b") == [("text", "ab")]


def test_at_the_end_a_partial_opening_tag_is_text_and_a_closing_one_is_dropped() -> None:
    splitter = ThinkSplitter()
    assert splitter.feed("1 <thi") == [("text", "1 ")]
    assert splitter.finish() == [("text", "<thi")]
    splitter.reset()
    assert splitter.feed("<think>a</th") == [("reasoning", "a")]
    assert splitter.finish() == []


def test_it_can_begin_inside() -> None:
    splitter = ThinkSplitter(inside=True)
    assert splitter.feed("plan</think>Hi") == [("reasoning", "plan"), ("text", "Hi")]
    splitter.reset()
    assert splitter.feed("plan") == [("reasoning", "plan")]


def test_a_closing_tag_ends_only_its_own_element() -> None:
    splitter = ThinkSplitter(("think", "reasoning"))
    assert splitter.feed("<think>a</reasoning>b</think>c<reasoning>d</reasoning>") == [
        ("reasoning", "a</reasoning>b"),
        ("text", "c"),
        ("reasoning", "d"),
    ]


def test_half_a_pair_waits_and_is_replaced_at_the_end() -> None:
    splitter = ThinkSplitter()
    assert splitter.feed("<think>\ud83d") == []
    assert splitter.feed("\ude00</think>\ud83d") == [("reasoning", "😀")]
    assert splitter.finish() == [("text", "\ufffd")]


def test_limits_and_wrong_use() -> None:
    with pytest.raises(StreamError, match="Chunk size"):
        ThinkSplitter().feed("x" * (MAX_CHUNK_SIZE + 1))
    for tags in ((), "think", ("<think>",)):
        with pytest.raises(InvalidInputError):
            ThinkSplitter(tags)
