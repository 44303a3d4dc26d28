"""The conversation: find a keyword, take the clause apart, put an answer together.

Everything that a session remembers is a function of what it heard, in order: no clock, no chance.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from jupyter_agentchat.agents.eliza.listen import Clause, clauses, readable
from jupyter_agentchat.agents.eliza.pattern import Span
from jupyter_agentchat.agents.eliza.script import (
    Keyword,
    Link,
    NewKey,
    Reassembly,
    Rewrite,
    Rule,
    Say,
    Script,
    Template,
)
from jupyter_agentchat.agents.eliza.shape import ATTENTION, at_first_sight, on_reflection
from jupyter_agentchat.agents.eliza.speak import render

MAX_MEMORIES = 64
"""Memories a session keeps; the oldest is forgotten first."""

MAX_REPLY = 1_200
"""No reply is longer, in characters: `parse_script` bounds templates, `speak` bounds parts."""

URGENT = 90
"""The rank from which a keyword is heard in any clause, not in the first alone."""

RECALL_AT = 4
"""The state of the counting mechanism in which a memory is recalled; it runs from 1 to 4."""


@dataclass(slots=True)
class _Answer:
    """A reply that is decided, not yet worded: replaying a history never needs the words."""

    template: Template
    clause: Clause
    spans: Sequence[Span]


_Heard = tuple[Clause, list[Keyword]]
"""A clause and its keyword stack."""


class Eliza:
    """A script that answers.

    Parameters
    ----------
    script : Script
        From `parse_script` or `shipped_script`; never changed, so one may serve many channels.
    """

    def __init__(self, script: Script) -> None:
        self._script = script

    def session(self, history: Iterable[str] = ()) -> Session:
        """Return a conversation that has already heard `history`."""
        session = Session(self._script)
        for text in history:
            session.hear(text)
        return session

    def reply(self, history: Iterable[str], text: str) -> str:
        """Answer `text` after `history`, the same user's earlier texts, oldest first.

        Returns
        -------
        str
            What a session that had answered each of them would say now; never empty, at most
            `MAX_REPLY` characters.
        """
        return self.session(history).reply(text)


class Session:
    """One conversation, kept up to date text by text.

    Parameters
    ----------
    script : Script
        What it knows.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._limit = 1
        self._turns = [0] * script.rule_count
        self._memories: deque[_Answer] = deque(maxlen=MAX_MEMORIES)

    def reply(self, text: str) -> str:
        """Hear `text` and answer it; never empty, at most `MAX_REPLY` characters."""
        answer = self._answer(text)
        return render(answer.template, answer.clause, answer.spans, self._script)

    def hear(self, text: str) -> None:
        """Hear `text` as `reply` does, without wording the answer."""
        self._answer(text)

    def _answer(self, text: str) -> _Answer:
        self._limit = self._limit % 4 + 1
        occasions = self._script.occasions
        first = at_first_sight(text)
        if first and first in occasions:
            return self._fallback(occasions[first], Clause([], []))
        head = readable(text)
        heard = [(clause, self._stack(clause)) for clause in clauses(head, self._script)]
        clause, stack = _chosen(heard)
        answer = self._urgent(heard) or self._by_keyword(clause, stack)
        return answer or self._by_default(head, clause, is_met=bool(stack))

    def _by_keyword(self, clause: Clause, stack: Sequence[Keyword]) -> _Answer | None:
        """Answer by the first keyword of the stack that can."""
        if stack:
            self._remember(stack[0], clause)
        answers = (self._apply(keyword, clause) for keyword in stack)
        return next((answer for answer in answers if answer is not None), None)

    def _by_default(self, head: str, clause: Clause, *, is_met: bool) -> _Answer:
        """Answer where no keyword did: by shape, from memory, or in general."""
        occasions = self._script.occasions
        later = None if is_met else on_reflection(head)
        if later and later in occasions:
            return self._fallback(occasions[later], clause)
        if self._limit == RECALL_AT and self._memories:
            return self._memories.popleft()
        if "question" in occasions and head.rstrip().endswith("?"):
            return self._fallback(occasions["question"], clause)
        return self._fallback(self._script.none, clause)

    def _urgent(self, heard: Sequence[_Heard]) -> _Answer | None:
        """Answer the first clause in which an urgent keyword has something to say."""
        for clause, stack in heard:
            for keyword in stack:
                if keyword.rank >= URGENT and (answer := self._apply(keyword, clause)) is not None:
                    return answer
        return None

    def _stack(self, clause: Clause) -> list[Keyword]:
        """Stack the clause's keywords: a rank above the top's goes on top, any other below all."""
        keywords = self._script.keywords
        stack: list[Keyword] = []
        for word in clause.norms:
            keyword = keywords.get(word)
            if keyword is None or keyword in stack:
                continue
            if stack and keyword.rank > stack[0].rank:
                stack.insert(0, keyword)
            else:
                stack.append(keyword)
        return stack

    def _apply(self, keyword: Keyword, clause: Clause) -> _Answer | None:
        for rule in keyword.rules:
            spans = rule.pattern.match(clause.norms)
            chosen = None if spans is None else self._next(rule, spans)
            if spans is None or chosen is None:
                continue
            match chosen:
                case Say(template):
                    return _Answer(template, clause, spans)
                case Link(key):
                    return self._apply(self._script.keywords[key], clause)
                case Rewrite(template, key):
                    rebuilt = _rebuild(template, clause, spans)
                    return self._apply(self._script.keywords[key], rebuilt)
                case NewKey():
                    return None
        return None

    def _next(self, rule: Rule, spans: Sequence[Span]) -> Reassembly | None:
        """Return the rule's next choice whose parts all hold words; it then goes to the end."""
        count = len(rule.choices)
        first = self._turns[rule.number]
        for step in range(count):
            turn = (first + step) % count
            if all(spans[n - 1][0] < spans[n - 1][1] for n in rule.needs[turn]):
                self._turns[rule.number] = (turn + 1) % count
                return rule.choices[turn]
        return None

    def _remember(self, keyword: Keyword, clause: Clause) -> None:
        """Lay by a remark for later, if the top keyword is one that calls for it.

        The paper picks one of the memory rules by hashing the last word of the input.
        """
        rules = self._script.memories.get(keyword.name)
        if not rules:
            return
        rule = rules[crc32(clause.norms[-1].encode("utf-8", "replace")) % len(rules)]
        spans = rule.pattern.match(clause.norms)
        chosen = None if spans is None else self._next(rule, spans)
        if spans is not None and isinstance(chosen, Say):
            self._memories.append(_Answer(chosen.template, clause, spans))

    def _fallback(self, keyword: Keyword, clause: Clause) -> _Answer:
        answer = self._apply(keyword, clause)
        if answer is None:
            message = f"the script's {keyword.name!r} answers nothing"
            raise AssertionError(message)
        return answer


def _chosen(heard: Sequence[_Heard]) -> _Heard:
    """Return the first clause that holds a keyword, and its keyword stack.

    A clause with courtesies alone (ranks below zero) gives way to a later one that says more.
    """
    for clause, stack in heard:
        if stack and stack[0].rank >= 0:
            return clause, stack
    polite = next((pair for pair in heard if pair[1]), None)
    return polite or (heard[0] if heard else (Clause([], []), []))


def _rebuild(template: Template, clause: Clause, spans: Sequence[Span]) -> Clause:
    norms: list[str] = []
    texts: list[str] = []
    for piece in template.pieces:
        if isinstance(piece, int):
            start, stop = spans[piece - 1]
            norms += clause.norms[start:stop]
            texts += clause.texts[start:stop]
        else:
            norms += piece.lower().split()
            texts += piece.split()
    return Clause(norms[:ATTENTION], texts[:ATTENTION])
