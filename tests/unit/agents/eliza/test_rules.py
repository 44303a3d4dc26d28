from __future__ import annotations

import pytest

from jupyter_agentchat.agents.eliza.links import Step
from jupyter_agentchat.agents.eliza.rules import RuleReader
from jupyter_agentchat.agents.eliza.script import ScriptError
from jupyter_agentchat.agents.eliza.sections import Section, outline


def section(body: str) -> Section:
    return outline(f"none:\n{body}", "s")[0]


def test_rules_are_numbered_through_the_whole_script() -> None:
    reader = RuleReader("s", {})
    first = reader.keyword(section("  [a]\n  - A.\n  [0]\n  - B.\n  - C.\n"), "x")
    second = reader.keyword(section("  - D {1}.\n"), "y")
    assert [rule.number for rule in (*first.rules, *second.rules)] == [0, 1, 2]
    assert [len(rule.choices) for rule in first.rules] == [1, 2]
    assert second.rules[0].pattern.source == "[0]"
    assert second.rules[0].needs == ((1,),)


def test_links_are_noted_with_their_lines() -> None:
    reader = RuleReader("s", {})
    reader.keyword(section("  - =other\n  - newkey\n  - pre i {1} =third\n"), "x")
    assert reader.steps == [Step("x", "other", 2), Step("x", "third", 4)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "nothing stands under the heading"),
        ("  hello\n", "s, line 2: 'hello' is neither a [pattern] nor a '- reply'"),
        ("  [a]\n  [b]\n  - B.\n", "s, line 2: [a] has no reply"),
        ("  [a]\n  - A {2}.\n", "s, line 3: {2} has no part"),
    ],
)
def test_a_wrong_body_is_explained(body: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        RuleReader("s", {}).keyword(section(body), "x")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("  - =x\n  - Yes.\n", "takes replies alone"),
        ("  [a]\n  - Yes.\n", "ends with [0]"),
        ("  - {1}, you say.\n", "a reply without a number"),
    ],
)
def test_what_has_to_answer_always_does(body: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        RuleReader("s", {}).answers(section(body), "none")
    assert message in str(caught.value)
