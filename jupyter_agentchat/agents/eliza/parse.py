"""From the text of a script to a `Script`; ``docs/topics/eliza.md`` is the format's reference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from jupyter_agentchat.agents.eliza.links import check_links
from jupyter_agentchat.agents.eliza.notation import Classes, literals, word_set
from jupyter_agentchat.agents.eliza.rules import RuleReader
from jupyter_agentchat.agents.eliza.script import Keyword, Rule, Script, ScriptError
from jupyter_agentchat.agents.eliza.sections import KINDS, Section, located, outline
from jupyter_agentchat.agents.eliza.shape import OCCASIONS
from jupyter_agentchat.agents.eliza.tables import (
    Replacement,
    read_classes,
    read_names,
    read_replacements,
    read_swaps,
)

_RANK = re.compile(r"-?\d+")


def parse_script(text: str, source: str = "script") -> Script:
    """Read a script.

    Parameters
    ----------
    text : str
        The whole script.
    source : str
        Its name in messages.

    Raises
    ------
    ScriptError
        If it cannot be used; the message names the line and what would be right.
    """
    sections = outline(text, source)
    of = {kind: [section for section in sections if section.kind == kind] for kind in KINDS}
    named = [section for section in of["names"] if section.argument]
    classes = read_classes(of["class"] + named, source)
    names = read_names(of["names"])
    replacements = read_replacements(of["replace"], source)
    swaps = read_swaps(of["swap"], source, classes)
    reader = RuleReader(source, classes)
    keywords = _keywords(of["key"], reader, source, replacements)
    check_links(reader.steps, keywords, source)
    memories = _memories(of["memory"], reader, source, keywords)
    occasions = _occasions(of["when"], reader, source)
    none = _none(of["none"], reader, source)
    swapped = (slot for found in swaps.values() for swap in found for slot in swap.slots if slot)
    known = literals(rule.pattern for rule in reader.rules)
    return Script(
        keywords=keywords,
        memories=memories,
        replacements=replacements,
        swaps=swaps,
        occasions=occasions,
        none=none,
        names=names,
        vocabulary=known.union(keywords, replacements, *classes.values(), *swapped) - names.keys(),
        rule_count=len(reader.rules),
    )


def _keywords(
    sections: Iterable[Section],
    reader: RuleReader,
    source: str,
    replacements: Mapping[str, tuple[Replacement, ...]],
) -> dict[str, Keyword]:
    keywords: dict[str, Keyword] = {}
    unseen = _unseen(replacements)
    for section in sections:
        with located(source, section.line):
            words = _key_words(section, reader.classes)
            rank = section.argument or "0"
            if not words or not _RANK.fullmatch(rank):
                raise ScriptError("a keyword has a rank and words: 'key 3: dream dreams'")
            keyword = reader.keyword(section, words[0], int(rank))
            for word in words:
                if word in keywords:
                    raise ScriptError(f"{word!r} is a word of {keywords[word].name!r} already")
                if word in unseen:
                    raise ScriptError(f"{word!r} is never seen: 'replace' makes it another word")
                keywords[word] = keyword
    return keywords


def _unseen(replacements: Mapping[str, tuple[Replacement, ...]]) -> frozenset[str]:
    """Return the words that no clause can hold: always replaced, and replacing nothing."""
    entries = [entry for found in replacements.values() for entry in found]
    gone = frozenset(old[0] for old, _ in entries if len(old) == 1)
    return gone.difference(*(new for _, new in entries))


def _key_words(section: Section, classes: Classes) -> list[str]:
    """Take the words from the heading, the first one first: it names the keyword."""
    if not section.content or section.content[0][0] != section.line:
        return []
    _, heading = section.content.pop(0)
    first = word_set(heading.split()[0], classes)
    return sorted(first) + sorted(word_set(heading, classes) - first)


def _memories(
    sections: Iterable[Section],
    reader: RuleReader,
    source: str,
    keywords: Mapping[str, Keyword],
) -> dict[str, tuple[Rule, ...]]:
    memories: dict[str, tuple[Rule, ...]] = {}
    for section in sections:
        with located(source, section.line):
            if section.argument not in keywords:
                raise ScriptError(f"there is no keyword {section.argument!r} to remember by")
            memory = reader.replies(section, section.argument)
            name = keywords[section.argument].name
            memories[name] = memories.get(name, ()) + memory.rules
    return memories


def _occasions(sections: Iterable[Section], reader: RuleReader, source: str) -> dict[str, Keyword]:
    occasions: dict[str, Keyword] = {}
    for section in sections:
        with located(source, section.line):
            if section.argument not in OCCASIONS:
                raise ScriptError(
                    f"{section.argument!r} is no occasion; write one of {', '.join(OCCASIONS)}"
                )
            if section.argument in occasions:
                raise ScriptError(f"'when {section.argument}' stands here a second time")
            occasions[section.argument] = reader.answers(section, f"when {section.argument}")
    return occasions


def _none(sections: list[Section], reader: RuleReader, source: str) -> Keyword:
    if not sections:
        raise ScriptError(
            f"{source}: there is no 'none:' with replies for when no keyword is found."
        )
    if len(sections) > 1:
        with located(source, sections[1].line):
            raise ScriptError("'none:' stands here a second time")
    with located(source, sections[0].line):
        return reader.answers(sections[0], "none")
