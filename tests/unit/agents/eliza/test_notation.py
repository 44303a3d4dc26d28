from __future__ import annotations

import pytest

from jupyter_agentchat.agents.eliza.notation import (
    literals,
    needs,
    parse_pattern,
    parse_reassembly,
    parse_template,
    word_set,
)
from jupyter_agentchat.agents.eliza.script import (
    Link,
    NewKey,
    Rewrite,
    Say,
    ScriptError,
    Template,
)

CLASSES = {"family": frozenset({"mother", "father"}), "pet": frozenset({"dog"})}


def test_a_set_takes_words_and_classes() -> None:
    assert word_set("Boss /pet", CLASSES) == {"boss", "dog"}


@pytest.mark.parametrize(
    ("text", "reassembly"),
    [
        ("Is it {2}?", Say(Template(("Is it ", 2, "?")))),
        ("{1}", Say(Template((1,)))),
        ("In 1966.", Say(Template(("In 1966.",)))),
        ("=What", Link("what")),
        ("newkey", NewKey()),
        ("pre i am {3} =i", Rewrite(Template(("i am ", 3)), "i")),
    ],
)
def test_reassembly(text: str, reassembly: object) -> None:
    assert parse_reassembly(text, 3) == reassembly


def test_only_a_reply_needs_its_parts() -> None:
    assert needs(parse_reassembly("{2} and {1}", 2)) == (2, 1)
    assert needs(parse_reassembly("pre {2} =x", 2)) == ()


def test_literals_are_the_words_a_pattern_names() -> None:
    patterns = [parse_pattern("0 My (/family) 2", CLASSES), parse_pattern("0", CLASSES)]
    assert literals(patterns) == {"my", "mother", "father"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("0 0 a", "two 0"),
        ("0 (*a b", "no partner"),
        ("0 a) b", "no partner"),
        ("(a b)", "should be (*one or another)"),
        ("(*)", "should be"),
        ("(/pets)", "no class 'pets'; classes: family, pet"),
        ("51", "at most 50"),
    ],
)
def test_a_wrong_pattern_is_explained(text: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_pattern(text, CLASSES)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{4}", "the pattern has 1 to 3"),
        ("{0}", "the pattern has 1 to 3"),
        ("{x}", "braces hold the number"),
        ("a } b", "braces hold the number"),
        ("x" * 401, "at most 400"),
        ("{1}{1}{1}{1}{1}", "at most 4"),
        ("   ", "no words"),
        ("pre {1}", "pre i am {3} =i"),
    ],
)
def test_a_wrong_reassembly_is_explained(text: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_reassembly(text, 3)
    assert message in str(caught.value)


def test_a_template_lists_its_numbers() -> None:
    assert parse_template("{2} or {1}", 2).numbers == (2, 1)
