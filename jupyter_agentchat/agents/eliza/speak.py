"""From a template and a clause to a sentence: person, spelling, capitals, length."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jupyter_agentchat.agents.eliza.listen import Clause
from jupyter_agentchat.agents.eliza.pattern import Span
from jupyter_agentchat.agents.eliza.script import Script, Swap, Template

MAX_PART = 160
"""Characters of the user's words that a reply repeats in one place, before an ellipsis."""

_CHUNK = re.compile(r"\S+\s*|\s+")
_SENTENCE_END = (".", "?", "!")


def words(text: str) -> list[str]:
    """Split a reply into word-sized chunks for streaming.

    Returns
    -------
    list of str
        Each a word with the white space after it; joined they are exactly `text`.
    """
    return _CHUNK.findall(text)


def render(template: Template, clause: Clause, spans: Sequence[Span], script: Script) -> str:
    """Fill the template with the parts of the clause, seen from the other side."""
    reply = ""
    for piece in _joined(template, spans):
        if isinstance(piece, str):
            reply += piece
            continue
        start, stop = piece
        part = shorten(swap(clause.norms[start:stop], clause.texts[start:stop], script))
        if not reply or reply.rstrip().endswith(_SENTENCE_END):
            part = part[:1].upper() + part[1:]
        reply += part
    return reply


def _joined(template: Template, spans: Sequence[Span]) -> list[str | Span]:
    """Put the spans in place; parts that stay neighbours become one.

    What "you" turns into depends on the word before it, which may be the end of another part.
    """
    joined: list[str | Span] = []
    for piece in template.pieces:
        if isinstance(piece, str):
            joined.append(piece)
            continue
        span = spans[piece - 1]
        before = joined[-2] if len(joined) > 1 and joined[-1] == " " else ""
        if isinstance(before, tuple) and before[1] == span[0]:
            joined[-2:] = [(before[0], span[1])]
        else:
            joined.append(span)
    return joined


def swap(norms: Sequence[str], texts: Sequence[str], script: Script) -> str:
    """Turn words from the speaker's person into the listener's."""
    said: list[str] = []
    at = 0
    while at < len(norms):
        rule = _fitting(norms, at, script)
        if rule is None:
            said.append(script.names.get(norms[at], texts[at]))
            at += 1
            continue
        kept = texts[at : at + len(rule.slots)]
        said += [kept[p - 1] if isinstance(p, int) else p.strip() for p in rule.template.pieces]
        at += len(rule.slots)
    return " ".join(filter(None, said))


def shorten(part: str) -> str:
    """Cut a part that is too long to repeat, at a word if there is one."""
    if len(part) <= MAX_PART:
        return part
    head = part[: MAX_PART - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head) + "…"


def _fitting(norms: Sequence[str], at: int, script: Script) -> Swap | None:
    for rule in script.swaps.get(norms[at], ()):
        end = at + len(rule.slots)
        if end > len(norms) or (rule.at_end and end != len(norms)):
            continue
        pairs = zip(rule.slots, norms[at:end], strict=True)
        if all(slot is None or word in slot for slot, word in pairs):
            return rule
    return None
