"""The script that comes with the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jupyter_agentchat.agents.eliza.parse import parse_script
from jupyter_agentchat.agents.eliza.script import Script


@cache
def shipped_script() -> Script:
    """Return our own script, parsed once: a reflective listener for researchers and students."""
    text = files(__package__).joinpath("script.txt").read_text(encoding="utf-8")
    return parse_script(text, source="script.txt")
