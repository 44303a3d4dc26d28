"""From what somebody typed to clauses of words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from jupyter_agentchat.agents.eliza.script import Script
from jupyter_agentchat.agents.eliza.shape import ATTENTION, without_code

_TOKEN = re.compile(
    r"""
    # a word, and a delimiter
    ( \w+ (?: ['\-_@]\w+ | \.(?=[a-z0-9])\w+ | [:,+*/=^](?=\d)\w+ | ://\w+ )* [+#%]* )
    | ( [.!?,;:…]+ (?=\s|$) | [!?;…\n()\u2013\u2014] | -- )
    """,
    re.VERBOSE,
)
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'"))
_BUT = frozenset({"but", "But", "BUT"})


@dataclass(slots=True)
class Clause:
    """Words up to a delimiter.

    Attributes
    ----------
    norms : list of str
        In lower case, for matching.
    texts : list of str
        As they were typed, for repeating them; as long as `norms`.
    """

    norms: list[str]
    texts: list[str]


def readable(text: str) -> str:
    """Return the part of `text` that is read: its beginning, without fenced code, composed."""
    head = without_code(text[:ATTENTION])
    if not head.isascii():
        head = normalize("NFC", head).translate(_APOSTROPHES)
    if head.isupper() and " " in head.strip():
        return head.lower()  # somebody shouts: nothing is to be learnt from the capitals
    return head


def clauses(text: str, script: Script) -> Iterator[Clause]:
    """Split `text` at delimiters and at the word "but"; make the script's replacements.

    The paper names the comma, the period and "but"; other marks that end a clause count too.
    """
    texts: list[str] = []
    for word, mark in _TOKEN.findall(text):
        if not mark and word not in _BUT:
            texts.append(word)
        elif texts:
            yield _clause(texts, script)
            texts = []
    if texts:
        yield _clause(texts, script)


def _clause(texts: list[str], script: Script) -> Clause:
    norms = [text.lower() for text in texts]
    if not script.replacements.keys().isdisjoint(norms):
        norms, texts = _replace(norms, texts, script)
    if norms[0] in script.vocabulary:
        texts[0] = norms[0]
    return Clause(norms, texts)


def _replace(norms: list[str], texts: list[str], script: Script) -> tuple[list[str], list[str]]:
    new_norms: list[str] = []
    new_texts: list[str] = []
    at = 0
    while at < len(norms):
        for old, new in script.replacements.get(norms[at], ()):
            if tuple(norms[at : at + len(old)]) == old:
                new_norms += new
                new_texts += new
                at += len(old)
                break
        else:
            new_norms.append(norms[at])
            new_texts.append(texts[at])
            at += 1
    return new_norms, new_texts
