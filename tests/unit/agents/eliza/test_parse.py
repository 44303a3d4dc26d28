from __future__ import annotations

import pytest

from jupyter_agentchat.agents.eliza import ScriptError, parse_script
from jupyter_agentchat.errors import AgentChatError

END = "none:\n  - Go on.\n"


def test_a_keyword_is_found_by_each_of_its_words() -> None:
    script = parse_script("class pet: dog cat\nkey -2: animal /pet\n  - Yes.\n" + END)
    assert script.keywords["dog"] is script.keywords["animal"]
    assert script.keywords["cat"].name == "animal"
    assert script.keywords["cat"].rank == -2


def test_the_vocabulary_holds_what_is_no_name() -> None:
    script = parse_script(
        "names: Anna\nreplace:\n  dunno = unknown\nkey: anna\n  [0 (*Life) 0]\n  - Yes.\n" + END
    )
    assert {"life", "dunno"} <= script.vocabulary
    assert "anna" not in script.vocabulary


def test_names_may_be_a_class() -> None:
    script = parse_script("names first: Anna\nkey: i\n  [i am (/first)]\n  - Hello.\n" + END)
    assert script.names == {"anna": "Anna"}
    assert script.keywords["i"].rules[0].pattern.match(["i", "am", "anna"])


def test_memories_of_one_keyword_add_up() -> None:
    script = parse_script(
        "key: my mine\n  - Yes.\nmemory mine:\n  - A {1}.\nmemory my:\n  - B {1}.\n" + END
    )
    assert len(script.memories["my"]) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "s: there is no 'none:'"),
        (END + END, "s, line 3: 'none:' stands here a second time."),
        ("key x: dream\n  - Yes.\n" + END, "s, line 1: a keyword has a rank and words: 'key 3: dr"),
        ("key 3:\n  - Yes.\n" + END, "s, line 1: a keyword has a rank and words"),
        ("key: a b\n  - Yes.\nkey: b\n  - No.\n" + END, "s, line 3: 'b' is a word of 'a' already."),
        (
            "replace:\n  im = i am\nkey: im\n  - Yes.\n" + END,
            "s, line 3: 'im' is never seen: 'replace' makes it another word.",
        ),
        ("memory my:\n  - Yes.\n" + END, "s, line 1: there is no keyword 'my' to remember by."),
        (
            "key: my\n  - Yes.\nmemory my:\n  - =my\n" + END,
            "s, line 3: 'memory' takes replies alone",
        ),
        ("when late:\n  - Yes.\n" + END, "s, line 1: 'late' is no occasion; write one of empty,"),
        (
            "when code:\n  - Yes.\nwhen code:\n  - No.\n" + END,
            "s, line 3: 'when code' stands here a second time.",
        ),
    ],
)
def test_an_error_names_the_line_and_the_mend(text: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_script(text, "s")
    assert str(caught.value).startswith(message)
    assert isinstance(caught.value, AgentChatError)
    assert caught.value.code == "invalid_script"
