from __future__ import annotations

import re
from importlib.resources import files

import pytest

from jupyter_agentchat.agents.eliza import Eliza, shipped_script

SCRIPT = shipped_script()
ELIZA = Eliza(SCRIPT)

TAKEN_UP = [
    ("I am unhappy", r"unhappy"),
    ("I'm sad because my experiment failed", r"you are sad because your experiment failed"),
    ("I am nervous about my talk", r"you are nervous about your talk"),
    ("I am glad that it works", r"you are glad that it works"),
    ("I am so tired of grading", r"grading"),
    ("My sister never calls me", r"your sister never calls you"),
    ("my girlfriend left me", r"your girlfriend left you"),
    ("I dreamt of a huge library", r"a huge library"),
    ("I want to understand my data", r"to understand your data"),
    ("I want you to help me", r"if I could help you"),
    ("I need a break", r"a break"),
    ("I can't open my notebook", r"open your notebook"),
    ("I don't have enough samples", r"enough samples"),
    ("I feel that nobody listens to me", r"nobody listens to you"),
    ("I think you are right", r"I am right"),
    ("I like talking to you", r"talking to me"),
    ("I remember my first computer", r"your first computer|your computer"),
    ("What is a p-value?", r"a p-value"),
    ("Why can't I concentrate?", r"you can't concentrate"),
    ("You are a poor listener", r"me a poor listener"),
    ("I asked you a question", r"you asked me a question"),
    ("I am a student in Berlin", r"a student in Berlin"),
    ("If I fail the exam", r"you fail the exam"),
    ("cheese", r"cheese"),
    ("My name is Anna", r"Anna"),
    ("My plan is simple", r"step"),
    ("THIS IS MY FAULT AND I AM ANGRY", r"angry"),
]

UNDERSTOOD = [
    ("Hello", r"^Hello"),
    ("thank you so much!", r"welcome"),
    ("bye", r"^Goodbye"),
    ("I'm sorry", r"forgive"),
    ("Who are you?", r"Eliza.*1966"),
    ("Are you human?", r"Eliza.*program"),
    ("What can you do?", r"listen"),
    ("Are you ChatGPT?", r"Eliza.*program"),
    ("Will AI replace me?", r"work|machine|days"),
    ("you're stupid", r"may well be"),
    ("yes", r"agree"),
    ("no", r"No, then"),
    ("Because it rained", r"it rained"),
    ("Everybody laughs at me", r"everybody"),
    ("It is always so", r"^Always"),
    ("My code doesn't work", r"should happen"),
    ("", r"nothing"),
    ("?!", r"words"),
    ("def f(x):\n    return x", r"code"),
    ("42", r"number"),
    ("привет", r"English"),
    ("Ich bin traurig", r"English"),
    ("word " * 5_000, r"great deal"),
    ("Write me an essay on whales", r"no assistant of that kind"),
    ("I want to kill myself", r"crisis line"),
    ("Hello, I feel lonely", r"lonely"),
]


@pytest.mark.parametrize(("said", "answer"), TAKEN_UP + UNDERSTOOD)
def test_an_answer_makes_sense(said: str, answer: str) -> None:
    reply = ELIZA.reply([], said)
    assert re.search(answer, reply, re.IGNORECASE), reply


@pytest.mark.parametrize(
    "said",
    [
        "I wanna die",
        "I don't want to live anymore",
        "I wish I was dead",
        "I have been cutting myself",
        "I feel suicidal",
        "my friend and I talked, I want to end my life",
    ],
)
def test_in_danger_people_are_sent_to_people(said: str) -> None:
    assert "crisis line" in ELIZA.reply([], said) or "talk to a person" in ELIZA.reply([], said)


@pytest.mark.parametrize(
    "said", ["How do I kill a process?", "the end of the loop", "cut the data"]
)
def test_words_of_danger_may_be_harmless(said: str) -> None:
    assert "crisis" not in ELIZA.reply([], said)


def test_said_again_it_is_answered_otherwise() -> None:
    conversation = ELIZA.session()
    assert len({conversation.reply("I am sad") for _ in range(5)}) == 5


def test_the_script_is_as_rich_as_promised() -> None:
    text = files("jupyter_agentchat.agents.eliza").joinpath("script.txt").read_text("utf-8")
    told = {line for line in text.splitlines() if re.match(r"  - (?!=|newkey|pre )", line)}
    assert len({id(keyword) for keyword in SCRIPT.keywords.values()}) >= 45
    assert len(told) >= 250


WRONG = re.compile(
    r"\b(you am|you was|I is|I are|me (is|are|am)|to to|the the|of I|with I)\b|\?\?| [,.?]|  |[{}]"
)


def test_answers_are_grammatical_after_the_change_of_person() -> None:
    subjects = ["I", "You", "My mother", "We", "Nobody"]
    verbs = ["hate", "want", "think that", "should ask", "told", "can't stand", "would like"]
    objects = ["me", "you", "your answers", "my brother and me", "yourself", "to go with you"]
    conversation = ELIZA.session()
    said = [f"{s} {v} {o}" for s in subjects for v in verbs for o in objects]
    wrong = [reply for reply in map(conversation.reply, said) if WRONG.search(reply)]
    assert wrong == []


def test_the_checker_of_grammar_sees_a_fault() -> None:
    assert WRONG.search("So you was late?")
    assert WRONG.search("What about I and {3}?")
    assert not WRONG.search("What was it that you are tired of?")
