"""The notation of one line of a script: patterns, templates, reassembly rules.

Errors say what is wrong and what would be right; `parse` adds the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from jupyter_agentchat.agents.eliza.pattern import Element, Pattern
from jupyter_agentchat.agents.eliza.script import (
    Link,
    NewKey,
    Reassembly,
    Rewrite,
    Say,
    ScriptError,
    Template,
)

MAX_TEMPLATE = 400
"""Characters of one reply in a script."""

MAX_NUMBERS = 4
"""Parts that one reply may repeat; with `MAX_TEMPLATE` it bounds every reply."""

MAX_COUNT = 50
"""Words that one number in a pattern may stand for."""

Classes = Mapping[str, frozenset[str]]
"""Tag classes: a name and its words."""

_ELEMENT = re.compile(r"\(([^()]*)\)|([^\s()]+)|([()])")
_NUMBER = re.compile(r"\{(\d+)\}")
_PRE = re.compile(r"pre\s+(.+?)\s*=\s*(\S+)")


def word_set(text: str, classes: Classes) -> frozenset[str]:
    """Read words and ``/classes``, separated by blanks, as one set."""
    found: set[str] = set()
    for word in text.lower().split():
        if not word.startswith("/"):
            found.add(word)
        elif word[1:] in classes:
            found |= classes[word[1:]]
        else:
            known = ", ".join(sorted(classes)) or "none is defined"
            raise ScriptError(f"there is no class {word[1:]!r}; classes: {known}")
    return frozenset(found)


def parse_pattern(text: str, classes: Classes) -> Pattern:
    """Read what stands between the brackets of a decomposition rule."""
    source = f"[{text.strip()}]"
    elements: list[Element] = []
    for group, word, stray in _ELEMENT.findall(text):
        if stray:
            raise ScriptError(f"a parenthesis in {source} has no partner; write (*want need)")
        element = _element(word, classes) if word else _alternatives(group, classes)
        if element.gap and elements and elements[-1].gap:
            raise ScriptError(f"two 0 side by side in {source}; one takes all the words")
        elements.append(element)
    if not elements:
        raise ScriptError("the pattern is empty; [0] takes any clause")
    return Pattern(elements, source)


def _element(word: str, classes: Classes) -> Element:
    if not word.isdecimal():
        return Element((word_set(word, classes),))
    count = int(word)
    if count > MAX_COUNT:
        raise ScriptError(f"{word} in a pattern counts words, at most {MAX_COUNT}")
    return Element((None,) * count) if count else Element(gap=True)


def _alternatives(group: str, classes: Classes) -> Element:
    words = group.removeprefix("*")
    if not words.strip() or group[0] not in "*/":
        raise ScriptError(f"({group}) should be (*one or another) or (/class)")
    return Element((word_set(words, classes),))


def parse_template(text: str, parts: int) -> Template:
    """Read words with numbered places ``{1}`` to ``{parts}``."""
    if not text.strip():
        raise ScriptError("there are no words after the sign")
    if len(text) > MAX_TEMPLATE:
        raise ScriptError(f"{len(text)} characters are too many; at most {MAX_TEMPLATE}")
    pieces = [
        int(piece) if place % 2 else piece
        for place, piece in enumerate(_NUMBER.split(text))
        if piece
    ]
    template = Template(tuple(pieces))
    for number in template.numbers:
        if not 1 <= number <= parts:
            raise ScriptError(f"{{{number}}} has no part; the pattern has 1 to {parts}")
    if len(template.numbers) > MAX_NUMBERS:
        raise ScriptError(f"{len(template.numbers)} parts in one reply; at most {MAX_NUMBERS}")
    if any("{" in piece or "}" in piece for piece in pieces if isinstance(piece, str)):
        raise ScriptError("braces hold the number of a part, as in {3}")
    return template


def parse_reassembly(text: str, parts: int) -> Reassembly:
    """Read what follows the dash of a reassembly rule."""
    if text == "newkey":
        return NewKey()
    if text.startswith("="):
        return Link(text[1:].strip().lower())
    if text.startswith("pre "):
        found = _PRE.fullmatch(text)
        if found is None:
            raise ScriptError("'pre' rebuilds the clause and links: pre i am {3} =i")
        return Rewrite(parse_template(found[1], parts), found[2].lower())
    return Say(parse_template(text, parts))


def needs(choice: Reassembly) -> tuple[int, ...]:
    """Return the parts without which the reply would be no sentence."""
    return choice.template.numbers if isinstance(choice, Say) else ()


def literals(patterns: Iterable[Pattern]) -> frozenset[str]:
    """Return every word that the patterns name."""
    slots = (slot for p in patterns for element in p.elements for slot in element.slots)
    return frozenset().union(*(slot for slot in slots if slot))
