from __future__ import annotations

import pytest

from jupyter_agentchat.agents.eliza import ScriptError, parse_script

END = "none:\n  - Go on.\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "key: a\n  - =a\n",
            "s, line 2: the links go in a circle, a -> a; let one of them answer.",
        ),
        (
            "key: a\n  - Yes.\n  - =b\nkey: b\n  - =c\nkey: c bis\n  [0]\n  - pre x =a\n",
            "s, line 3: the links go in a circle, a -> b -> c -> a; let one of them answer.",
        ),
        ("key: a\n  - =b\nkey: b bis\n  - =c\nkey: c\n  - =bis\n", "s, line 4: the links go in a"),
        ("key: a\n  - =nowhere\n", "s, line 2: there is no keyword 'nowhere' to link to."),
    ],
)
def test_links_lead_somewhere_and_end(text: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_script(text + END, "s")
    assert str(caught.value).startswith(message)


def test_two_ways_to_one_keyword_are_no_circle() -> None:
    diamond = "key: a\n  - =b\n  - =c\nkey: b\n  - =d\nkey: c\n  - =d\nkey: d\n  - Yes.\n"
    assert set(parse_script(diamond + END).keywords) == {"a", "b", "c", "d"}
