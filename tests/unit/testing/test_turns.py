from __future__ import annotations

from jupyter_agentchat.testing.turns import make_turn, said


def test_a_turn_follows_its_history() -> None:
    history = [said("one", seq=1), said("two", by="eliza", kind="agent", seq=2)]
    turn = make_turn("three", history, by="bo", channel="c", metadata={"k": 1})
    assert (turn.text, turn.channel, turn.metadata) == ("three", "c", {"k": 1})
    assert turn.message.seq == 3
    assert turn.message.author.id == "bo"
    assert [message.author.kind for message in turn.history] == ["user", "agent"]
    assert not turn.cancelled
