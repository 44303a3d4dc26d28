"""Links between keywords must lead somewhere, and never in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jupyter_agentchat.agents.eliza.script import Keyword, Link, Rewrite, ScriptError
from jupyter_agentchat.agents.eliza.sections import located


@dataclass(frozen=True, slots=True)
class Step:
    """One link of a script: from a keyword to a word, and on which line."""

    origin: str
    target: str
    line: int


def targets(keyword: Keyword) -> list[str]:
    """Return the words that a keyword's rules link to."""
    choices = (choice for rule in keyword.rules for choice in rule.choices)
    return [choice.key for choice in choices if isinstance(choice, Link | Rewrite)]


def check_links(steps: Iterable[Step], keywords: Mapping[str, Keyword], source: str) -> None:
    """Refuse links that could go round for ever: each keyword's answer is then sure to end.

    Raises
    ------
    ScriptError
        At the first link to an unknown keyword, or back to one it came from.
    """
    for step in steps:
        with located(source, step.line):
            if step.target not in keywords:
                raise ScriptError(f"there is no keyword {step.target!r} to link to")
            circle = _way(keywords[step.target], step.origin, keywords, set())
            if circle:
                names = " -> ".join([step.origin, *circle])
                raise ScriptError(f"the links go in a circle, {names}; let one of them answer")


def _way(start: Keyword, goal: str, keywords: Mapping[str, Keyword], seen: set[str]) -> list[str]:
    if start.name == goal:
        return [goal]
    seen.add(start.name)
    for target in targets(start):
        following = keywords.get(target)
        if following is None or following.name in seen:
            continue
        way = _way(following, goal, keywords, seen)
        if way:
            return [start.name, *way]
    return []
