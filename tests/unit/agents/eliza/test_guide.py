"""What ``docs/topics/eliza.md`` shows is true."""

from __future__ import annotations

import re
from pathlib import Path

from jupyter_agentchat.agents.eliza import Eliza, parse_script, shipped_script, words
from jupyter_agentchat.agents.eliza.sections import KINDS
from jupyter_agentchat.agents.eliza.shape import OCCASIONS

GUIDE = (Path(__file__).parents[4] / "docs/topics/eliza.md").read_text("utf-8")
SCRIPTS = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)


def test_the_whole_example_is_a_script_that_answers_so() -> None:
    (example,) = (script for script in SCRIPTS if "none:" in script)
    session = Eliza(parse_script(example)).session()
    assert session.reply("My telescope is broken") == "What did you last look at?"
    assert session.reply("My telescope is broken") == "Your telescope is broken. Since when?"
    assert "'What did you last look at?'" in GUIDE


def test_the_first_example_answers_so() -> None:
    said = "My supervisor wants me to rewrite the paper"
    assert f"# {Eliza(shipped_script()).reply([], said)!r}" in GUIDE
    assert f"# {words('Go on, please.')}" in GUIDE


def test_every_heading_and_occasion_is_described() -> None:
    for kind in KINDS:
        assert re.search(rf"^### .*`{kind}\b", GUIDE, re.MULTILINE), kind
    for occasion in OCCASIONS:
        assert f"| `{occasion}` |" in GUIDE
