"""The word lists of a script: classes, names, replacements and swaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jupyter_agentchat.agents.eliza.notation import (
    Classes,
    parse_pattern,
    parse_template,
    word_set,
)
from jupyter_agentchat.agents.eliza.script import ScriptError, Swap
from jupyter_agentchat.agents.eliza.sections import Section, located

Replacement = tuple[tuple[str, ...], tuple[str, ...]]
"""Words, and what they become."""


def read_classes(sections: Iterable[Section], source: str) -> dict[str, frozenset[str]]:
    """Read ``class NAME: words`` and ``names NAME: Words``; a class may hold earlier ones."""
    classes: dict[str, frozenset[str]] = {}
    for section in sections:
        with located(source, section.line):
            if not section.argument or section.argument in classes:
                raise ScriptError("a class has a name of its own: 'class family: mother father'")
            classes[section.argument] = _words(section, source, classes)
    return classes


def _words(section: Section, source: str, classes: Classes) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for line, text in section.content:
        with located(source, line):
            found |= word_set(text, classes)
    if not found:
        raise ScriptError("the list is empty; write words after the colon")
    return found


def read_names(sections: Iterable[Section]) -> dict[str, str]:
    """Read ``names: words``: words by their lower case, as they are always spelt."""
    lines = (text for section in sections for _, text in section.content)
    return {word.lower(): word for text in lines for word in text.split()}


def read_replacements(
    sections: Iterable[Section], source: str
) -> dict[str, tuple[Replacement, ...]]:
    """Read ``old words = new words``, by the first old word, longest first."""
    entries: dict[str, list[Replacement]] = {}
    for line, left, right in _pairs(sections, source):
        old, new = tuple(left.lower().split()), tuple(right.lower().split())
        with located(source, line):
            if any(other == old for other, _ in entries.get(old[0], ())):
                raise ScriptError(f"{left!r} is replaced already")
        entries.setdefault(old[0], []).append((old, new))
    return {
        first: tuple(sorted(found, key=lambda pair: -len(pair[0])))
        for first, found in entries.items()
    }


def read_swaps(
    sections: Iterable[Section], source: str, classes: Classes
) -> dict[str, tuple[Swap, ...]]:
    """Read ``pattern = template``, by each word the pattern may start with, longest first.

    A pattern ends with `.` if nothing may follow, and has a fixed number of words.
    """
    entries: dict[str, list[Swap]] = {}
    for line, left, right in _pairs(sections, source):
        with located(source, line):
            at_end = left.endswith(" .")
            pattern = parse_pattern(left.removesuffix(" ."), classes)
            slots = tuple(slot for element in pattern.elements for slot in element.slots)
            if len(slots) != len(pattern) or not slots[0]:
                raise ScriptError(f"{left!r} may hold single words and (*sets) alone")
            swap = Swap(slots, parse_template(right, len(slots)), at_end)
            for word in slots[0]:
                entries.setdefault(word, []).append(swap)
    return {
        first: tuple(sorted(found, key=lambda swap: (-len(swap.slots), not swap.at_end)))
        for first, found in entries.items()
    }


def _pairs(sections: Iterable[Section], source: str) -> Iterator[tuple[int, str, str]]:
    for section in sections:
        for line, text in section.content:
            left, equals, right = (side.strip() for side in text.partition("="))
            if not left or not equals or not right:
                with located(source, line):
                    raise ScriptError(f"{text[:40]!r} should be 'these words = those words'")
            yield line, left, right
