"""ELIZA: a listener that needs no model, no key and no network.

The algorithm is that of J. Weizenbaum, "ELIZA—A Computer Program For the Study of Natural
Language Communication Between Man and Machine", Communications of the ACM 9(1), 1966, 36-45.
The script is our own. ``docs/topics/eliza.md`` explains both.
"""

from __future__ import annotations

from jupyter_agentchat.agents.eliza.engine import Eliza, Session
from jupyter_agentchat.agents.eliza.parse import parse_script
from jupyter_agentchat.agents.eliza.script import Script, ScriptError
from jupyter_agentchat.agents.eliza.shipped import shipped_script
from jupyter_agentchat.agents.eliza.speak import words

__all__ = [
    "Eliza",
    "Script",
    "ScriptError",
    "Session",
    "parse_script",
    "shipped_script",
    "words",
]
