from __future__ import annotations

from jupyter_agentchat.agents.conversation import conversation
from jupyter_agentchat.providers.base import Turned
from jupyter_agentchat.testing.turns import make_turn, said


def test_history_becomes_turns_in_order() -> None:
    history = [said("one"), said("two", by="bot", kind="agent")]
    assert conversation(make_turn("three", history), "bot", system="Be brief.", max_chars=100) == [
        Turned("system", "Be brief."),
        Turned("user", "one"),
        Turned("assistant", "two"),
        Turned("user", "three"),
    ]


def test_the_newest_messages_that_fit_are_taken_whole() -> None:
    history = [said("x" * 50, seq=1), said("y" * 10, seq=2), said("z" * 10, seq=3)]
    for limit, kept in [(20, "yz"), (19, "z"), (9, ""), (69, "yz"), (70, "xyz")]:
        (turn,) = conversation(make_turn("?", history), "bot", max_chars=limit)
        assert turn.text.startswith(tuple(kept[:1]) or "?")
        assert {char for char in turn.text if char in "xyz"} == set(kept)


def test_the_question_is_never_cut() -> None:
    assert conversation(make_turn("q" * 500), "bot", max_chars=10) == [Turned("user", "q" * 500)]


def test_names_are_given_where_several_speak() -> None:
    history = [
        said("hi", by="ada"),
        said("hello", by="bot", kind="agent"),
        said("beep", by="echo", kind="agent"),
    ]
    assert conversation(make_turn("who?", history, by="bo"), "bot", max_chars=100) == [
        Turned("user", "Ada: hi"),
        Turned("assistant", "hello"),
        Turned("user", "Echo: beep\n\nBo: who?"),
    ]


def test_a_user_who_is_called_like_the_agent_is_no_agent() -> None:
    turns = conversation(make_turn("x", [said("y", by="bot")], by="bot"), "bot", max_chars=9)
    assert turns == [Turned("user", "y\n\nx")]


def test_neighbours_are_joined_and_an_answer_never_comes_first() -> None:
    history = [
        said("lost question" * 10),
        said("old answer", by="bot", kind="agent"),
        said("", by="bot", kind="agent"),
        said("a"),
        said("  \n"),
    ]
    turns = conversation(make_turn("b", history), "bot", max_chars=50)
    assert turns == [Turned("user", "a\n\nb")]


def test_what_the_system_says_in_the_channel_follows_the_system_prompt() -> None:
    history = [said("Answer in French.", by="s", kind="system", seq=1), said("one", seq=2)]
    assert conversation(make_turn("two", history), "bot", system="Be brief.", max_chars=100) == [
        Turned("system", "Be brief.\n\nAnswer in French."),
        Turned("user", "one\n\ntwo"),
    ]
