"""Decomposition rules and the reassembly rules under them, as a section holds them."""

from __future__ import annotations

from jupyter_agentchat.agents.eliza.links import Step
from jupyter_agentchat.agents.eliza.notation import (
    Classes,
    needs,
    parse_pattern,
    parse_reassembly,
)
from jupyter_agentchat.agents.eliza.pattern import Pattern
from jupyter_agentchat.agents.eliza.script import (
    Keyword,
    Link,
    Reassembly,
    Rewrite,
    Rule,
    Say,
    ScriptError,
)
from jupyter_agentchat.agents.eliza.sections import Section, located


class RuleReader:
    """Reads the rules of one section after another and numbers them.

    Parameters
    ----------
    source : str
        The script's name in messages.
    classes : mapping of str to frozenset of str
        The tag classes.

    Attributes
    ----------
    classes : mapping of str to frozenset of str
        The tag classes.
    rules : list of Rule
        All so far.
    steps : list of Step
        All links so far.
    """

    def __init__(self, source: str, classes: Classes) -> None:
        self.rules: list[Rule] = []
        self.steps: list[Step] = []
        self._source = source
        self.classes = classes

    def keyword(self, section: Section, name: str, rank: int = 0) -> Keyword:
        """Read a section as a keyword's rules; links are allowed."""
        rules: list[Rule] = []
        for line, pattern, dashes in self._blocks(section):
            with located(self._source, line):
                choices = [self._choice(name, pattern, *dash) for dash in dashes]
                rules.append(self._rule(pattern, choices))
        return Keyword(name, rank, tuple(rules))

    def replies(self, section: Section, name: str) -> Keyword:
        """Read a section whose reassembly rules are replies alone."""
        keyword = self.keyword(section, name)
        choices = (choice for rule in keyword.rules for choice in rule.choices)
        if not all(isinstance(choice, Say) for choice in choices):
            raise ScriptError(f"{section.kind!r} takes replies alone; links belong under 'key'")
        return keyword

    def answers(self, section: Section, name: str) -> Keyword:
        """Read a section that answers by itself, whatever the clause."""
        keyword = self.replies(section, name)
        final = keyword.rules[-1]
        if final.pattern.source != "[0]" or all(final.needs):
            raise ScriptError(f"{name!r} ends with [0] and a reply without a number in it")
        return keyword

    def _blocks(self, section: Section) -> list[tuple[int, Pattern, list[tuple[int, str]]]]:
        """Gather each pattern with its dashes; dashes before any pattern stand under [0]."""
        blocks: list[tuple[int, Pattern, list[tuple[int, str]]]] = []
        for line, text in section.content:
            with located(self._source, line):
                if text.startswith("[") and text.endswith("]"):
                    blocks.append((line, parse_pattern(text[1:-1], self.classes), []))
                    continue
                if not text.startswith("- "):
                    raise ScriptError(f"{text[:40]!r} is neither a [pattern] nor a '- reply'")
                if not blocks:
                    blocks.append((line, parse_pattern("0", self.classes), []))
                blocks[-1][2].append((line, text[2:].strip()))
        if not blocks:
            raise ScriptError("nothing stands under the heading; write '- ' and a reply")
        return blocks

    def _choice(self, name: str, pattern: Pattern, line: int, text: str) -> Reassembly:
        with located(self._source, line):
            choice = parse_reassembly(text, len(pattern))
            if isinstance(choice, Link | Rewrite):
                self.steps.append(Step(name, choice.key, line))
            return choice

    def _rule(self, pattern: Pattern, choices: list[Reassembly]) -> Rule:
        if not choices:
            raise ScriptError(f"{pattern.source} has no reply; write '- ' and one under it")
        rule = Rule(pattern, tuple(choices), tuple(map(needs, choices)), len(self.rules))
        self.rules.append(rule)
        return rule
