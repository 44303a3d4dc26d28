"""The reply inside an agent's XML answer, if the answer is a reply.

An agent answers ``<response><thought>…</thought><actions>…</actions><text>…</text></response>``.
The text is for the reader only if the one action is ``REPLY``; otherwise an action's handler will
speak, and this text stays hidden (seed 002).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from jupyter_agentchat.extract.action_filter import JS_WHITE_SPACE
from jupyter_agentchat.extract.base import BaseExtractor
from jupyter_agentchat.extract.bounded import BoundedText
from jupyter_agentchat.extract.tags import Tags, TagScanner
from jupyter_agentchat.extract.xml_tag import OPAQUE


class _Phase(Enum):
    UNDECIDED = "neither actions nor text seen"
    ACTIONS = "inside <actions>"
    EARLY = "inside a <text> that came before <actions>"
    EARLY_ACTIONS = "inside <actions>, inside such a <text>"
    EARLY_CLOSED = "after such a <text>"
    LATE_ACTIONS = "inside <actions>, after such a <text>"
    REPLY = "the action is REPLY, <text> is awaited"
    TEXT = "inside the <text> that is shown"
    DELEGATED = "another action will answer"
    END = "the text has been shown"


_OPAQUE: Final = {f"<{name}>": Tags([f"</{name}>"]) for name in OPAQUE}
_CLOSE_TEXT: Final = Tags(["</text>"])
_AWAITED: Final = {
    _Phase.UNDECIDED: Tags(["<actions>", "<text>", *_OPAQUE]),
    _Phase.ACTIONS: Tags(["</actions>"]),
    _Phase.EARLY: Tags(["</text>", "<actions>"]),
    _Phase.EARLY_ACTIONS: Tags(["</actions>", "</text>"]),
    _Phase.EARLY_CLOSED: Tags(["<actions>", *_OPAQUE]),
    _Phase.LATE_ACTIONS: Tags(["</actions>"]),
    _Phase.REPLY: Tags(["<text>", *_OPAQUE]),
    _Phase.TEXT: _CLOSE_TEXT,
}
_NEXT: Final = {
    (_Phase.UNDECIDED, "<actions>"): _Phase.ACTIONS,
    (_Phase.UNDECIDED, "<text>"): _Phase.EARLY,
    (_Phase.EARLY, "</text>"): _Phase.EARLY_CLOSED,
    (_Phase.EARLY, "<actions>"): _Phase.EARLY_ACTIONS,
    (_Phase.EARLY_ACTIONS, "</text>"): _Phase.EARLY_CLOSED,
    (_Phase.EARLY_CLOSED, "<actions>"): _Phase.LATE_ACTIONS,
    (_Phase.REPLY, "<text>"): _Phase.TEXT,
    (_Phase.TEXT, "</text>"): _Phase.END,
}
_DECIDING: Final = {
    # phase: (where a REPLY leads, where actions too long to be read lead)
    _Phase.ACTIONS: (_Phase.REPLY, _Phase.UNDECIDED),
    _Phase.EARLY_ACTIONS: (_Phase.TEXT, _Phase.EARLY),
    _Phase.LATE_ACTIONS: (_Phase.END, _Phase.EARLY_CLOSED),
}


class ResponseStreamExtractor(BaseExtractor):
    """Streams ``<text>`` if ``<actions>`` says exactly ``REPLY``, in any case; else nothing.

    A ``<text>`` before ``<actions>`` waits for them, up to 100 KiB; of several, the first counts.
    Actions inside such a text decide and are cut out of it. What ``<thought>`` mentions does not
    count. Done after the text that was shown, never for other actions.

    Parameters
    ----------
    margin : int, optional
        See `BaseExtractor`; as in `XmlTagExtractor`, known defects of the original are not kept.
    strict : bool
        Raise ``BUFFER_OVERFLOW`` when 100 KiB went by without a tag, or had to be kept; by default
        an early text or actions of that length are forgotten.
    """

    def _restart(self) -> None:
        self._scanner = TagScanner()
        self._phase = _Phase.UNDECIDED
        self._opaque: Tags | None = None
        self._early = BoundedText("the text before <actions>", strict=self._strict)
        self._actions = BoundedText("the content of <actions>", strict=self._strict)

    def _extract(self, text: str) -> str:
        self._scanner.feed(text)
        shown: list[str] = []
        while self._phase in _AWAITED:
            margin = self._margin if self._phase is _Phase.TEXT else 0
            before, tag = self._scanner.take(self._opaque or _AWAITED[self._phase], margin)
            shown.append(self._consume(before))
            if tag is None:
                break
            shown.append(self._step(tag))
        else:
            self._scanner.rest()
        self._done = self._phase is _Phase.END
        return "".join(shown)

    def _consume(self, text: str) -> str:
        """Put `text` where the phase wants it; return it if it is shown."""
        if self._phase is _Phase.TEXT:
            return text
        if self._phase is _Phase.EARLY:
            self._early.add(text)
        elif self._phase in _DECIDING:
            self._actions.add(text)
        else:
            self._skip(text)
        return ""

    def _step(self, tag: str) -> str:
        """Move on at `tag`; return an early text that may be shown now."""
        if self._opaque is not None:
            self._opaque = None
        elif tag in _OPAQUE:
            self._opaque = _OPAQUE[tag]
        elif tag == "</actions>":
            return self._decide()
        else:
            if self._phase is _Phase.EARLY_ACTIONS:  # never closed: it was only mentioned
                self._early.add("<actions>" + self._actions.take())
            self._phase = _NEXT[self._phase, tag]
        return ""

    def _decide(self) -> str:
        """Read the actions; return an early text if they say REPLY."""
        reply, unreadable = _DECIDING[self._phase]
        lost = self._actions.lost
        actions = [name.strip(JS_WHITE_SPACE).upper() for name in self._actions.take().split(",")]
        if lost:
            self._phase = unreadable
            return ""
        if [name for name in actions if name] != ["REPLY"]:
            self._phase = _Phase.DELEGATED
            return ""
        self._phase = _Phase.REPLY if self._early.lost else reply
        return self._early.take()

    def _release(self) -> str:
        return self._scanner.release(_CLOSE_TEXT) if self._phase is _Phase.TEXT else ""
