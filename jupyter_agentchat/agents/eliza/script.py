"""What a script says, as data: keywords, decomposition rules and reassembly rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_agentchat.agents.eliza.pattern import Pattern, Slot
from jupyter_agentchat.errors import InvalidInputError


class ScriptError(InvalidInputError):
    """A script that cannot be used; the message names the line and what would be right."""

    code = "invalid_script"


@dataclass(frozen=True, slots=True)
class Template:
    """Words with numbered places in them.

    Attributes
    ----------
    pieces : tuple of str or int
        Text, and the numbers (from 1) of the parts that go between.
    """

    pieces: tuple[str | int, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of the parts it needs."""
        return tuple(piece for piece in self.pieces if isinstance(piece, int))


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with this template."""

    template: Template


@dataclass(frozen=True, slots=True)
class Link:
    """Go on with another keyword's rules, the clause unchanged; the paper's ``(=KEY)``."""

    key: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Rebuild the clause, then go on with another keyword's rules; the paper's ``PRE``."""

    template: Template
    key: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """Leave this keyword for the next one on the stack; the paper's ``NEWKEY``."""


Reassembly = Say | Link | Rewrite | NewKey


@dataclass(frozen=True, slots=True)
class Rule:
    """A decomposition rule with its reassembly rules.

    Attributes
    ----------
    pattern : Pattern
        The form of the clause.
    choices : tuple of Reassembly
        Used in turn.
    needs : tuple of tuple of int
        For each choice, the numbers of the parts that must not be empty.
    number : int
        Its place among all rules of the script, under which a session keeps whose turn it is.
    """

    pattern: Pattern
    choices: tuple[Reassembly, ...]
    needs: tuple[tuple[int, ...], ...]
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Keyword:
    """Words that call for the same rules.

    Attributes
    ----------
    name : str
        The first of its words.
    rank : int
        Precedence; below zero marks a courtesy, which gives way to any later clause.
    rules : tuple of Rule
        Tried in order.
    """

    name: str
    rank: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """One change of person: neighbouring words and what stands for them.

    Attributes
    ----------
    slots : tuple of Slot
        The words.
    template : Template
        What replaces them.
    at_end : bool
        Whether nothing may follow.
    """

    slots: tuple[Slot, ...]
    template: Template
    at_end: bool


@dataclass(frozen=True, slots=True)
class Script:
    """Everything an `Eliza` knows; made by `parse_script`.

    Attributes
    ----------
    keywords : mapping of str to Keyword
        By each of their words, lower case.
    memories : mapping of str to tuple of Rule
        By the keyword's name.
    replacements : mapping of str to tuple
        By first word: the words and what they become, longest first.
    swaps : mapping of str to tuple of Swap
        By first word, longest first.
    occasions : mapping of str to Keyword
        Answers to input of a certain shape.
    none : Keyword
        Answers when nothing else is found.
    names : mapping of str to str
        Words by their lower case, as they are always spelt.
    vocabulary : frozenset of str
        Words known to be no names.
    rule_count : int
        Number of rules.
    """

    keywords: Mapping[str, Keyword]
    memories: Mapping[str, tuple[Rule, ...]]
    replacements: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]
    swaps: Mapping[str, tuple[Swap, ...]]
    occasions: Mapping[str, Keyword]
    none: Keyword
    names: Mapping[str, str]
    vocabulary: frozenset[str] = field(repr=False)
    rule_count: int
