from __future__ import annotations

import pytest

from jupyter_agentchat.agents.base import Turn
from jupyter_agentchat.agents.eliza import Eliza, shipped_script
from jupyter_agentchat.agents.eliza.engine import Session
from jupyter_agentchat.agents.listener import MEMORY, Conversations, ElizaAgent
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.testing.clock import FakeClock
from jupyter_agentchat.testing.turns import make_turn, said

ELIZA = Eliza(shipped_script())
TEXTS = [
    "Hello",
    "I am worried about my thesis",
    "My supervisor never answers",
    "Because nothing works",
    "yes",
    "My data are noisy",
    "What should I do?",
    "yes",
    "It does not matter",
]


def make_agent() -> tuple[ElizaAgent, FakeClock]:
    clock = FakeClock(jumps=True)
    return ElizaAgent(clock=clock, sleep=clock.sleep), clock


async def ask(agent: ElizaAgent, turn: Turn) -> str:
    return "".join([str(word) async for word in agent.answer(turn)])


async def converse(agent: ElizaAgent, texts: list[str]) -> list[str]:
    """Ask `texts` one after the other, as one channel."""
    history: list[Message] = []
    replies = []
    for text in texts:
        turn = make_turn(text, tuple(history))
        replies.append(await ask(agent, turn))
        history += [turn.message, said(replies[-1], by="eliza", kind="agent", seq=len(history) + 2)]
    return replies


async def test_it_answers_as_the_engine_does_for_this_history() -> None:
    agent, _ = make_agent()
    expected = [ELIZA.reply(TEXTS[:n], text) for n, text in enumerate(TEXTS)]
    assert await converse(agent, TEXTS) == expected
    assert len(set(expected)) > 6


async def test_a_restart_changes_no_answer() -> None:
    agent, _ = make_agent()
    expected = (await converse(agent, TEXTS))[-1]
    fresh, _ = make_agent()
    history = [said(text, seq=n) for n, text in enumerate(TEXTS[:-1], 1)]
    assert await ask(fresh, make_turn(TEXTS[-1], history)) == expected


async def test_the_same_turn_has_the_same_answer_at_any_time() -> None:
    agent, _ = make_agent()
    history = [said(text, seq=n) for n, text in enumerate(TEXTS, 1)]
    turn = make_turn("yes", history)
    first = await ask(agent, turn)
    await ask(agent, make_turn("something else", history[:2]))
    assert await ask(agent, turn) == first


async def test_only_this_users_texts_in_this_channel_count() -> None:
    agent, _ = make_agent()
    mine = [said(text, seq=n) for n, text in enumerate(TEXTS, 1)]
    noise = [said("yes", by="bo"), said("yes", by="echo", kind="agent")]
    expected = ELIZA.reply(TEXTS, "yes")
    assert ELIZA.reply(["yes", *TEXTS], "yes") != expected
    assert await ask(agent, make_turn("yes", [*noise, *mine, *noise])) == expected
    assert await ask(agent, make_turn("yes", channel="other")) == ELIZA.reply([], "yes")


async def test_an_edited_or_deleted_text_is_forgotten() -> None:
    agent, _ = make_agent()
    await converse(agent, TEXTS)
    edited = ["Goodbye", *TEXTS[1:]]
    for texts in (edited, TEXTS[1:], []):
        history = [said(text, seq=n) for n, text in enumerate(texts, 1)]
        expected = ELIZA.reply(texts, "It does not matter")
        assert await ask(agent, make_turn("It does not matter", history)) == expected


async def test_the_newest_texts_count_when_there_are_many() -> None:
    agent, _ = make_agent()
    texts = [TEXTS[n % len(TEXTS)] for n in range(MEMORY + 31)]
    history = [said(text, seq=n) for n, text in enumerate(texts, 1)]
    expected = ELIZA.reply(texts[-MEMORY:], "yes")
    assert await ask(agent, make_turn("yes", history)) == expected


def test_a_turn_costs_one_text_and_not_the_whole_history(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    hear = Session.hear

    def count(session: Session, text: str) -> None:
        heard.append(text)
        hear(session, text)

    monkeypatch.setattr(Session, "hear", count)
    conversations = Conversations(shipped_script())
    for number, text in enumerate(TEXTS):
        conversations.reply(("lab", "ada"), TEXTS[:number], text)
    assert heard == []


def test_conversations_are_bounded_and_forgetting_one_changes_no_answer() -> None:
    conversations = Conversations(shipped_script())
    for number in range(200):
        conversations.reply(("lab", f"user {number}"), [], "Hello")
    assert len(conversations._kept) == 128
    assert ("lab", "user 0") not in conversations._kept
    answer = conversations.reply(("lab", "user 0"), TEXTS[:3], TEXTS[3])
    assert answer == ELIZA.reply(TEXTS[:3], TEXTS[3])


async def test_it_thinks_and_then_speaks_word_by_word() -> None:
    agent, clock = make_agent()
    start = clock.monotonic_ns()
    came: list[tuple[str, float]] = [
        (str(word), (clock.monotonic_ns() - start) / 1e6)
        async for word in agent.answer(make_turn("I am sad"))
    ]
    reply = ELIZA.reply([], "I am sad")
    assert "".join(word for word, _ in came) == reply
    assert [word.strip() for word, _ in came] == reply.split()
    assert [at for _, at in came] == [150 + 35 * number for number in range(len(came))]


async def test_the_pace_can_be_chosen() -> None:
    clock = FakeClock(jumps=True)
    agent = ElizaAgent(think_ms=0, word_ms=0, clock=clock, sleep=clock.sleep)
    assert await ask(agent, make_turn("Hello")) == ELIZA.reply([], "Hello")
    assert set(clock.slept) == {0}


async def test_another_script_can_be_given() -> None:
    script = shipped_script()
    agent = ElizaAgent(script, think_ms=0, word_ms=0)
    assert await ask(agent, make_turn("Hello")) == Eliza(script).reply([], "Hello")
    assert agent.policy == "queue"
    assert agent.info.name == "eliza"
    await agent.close()
