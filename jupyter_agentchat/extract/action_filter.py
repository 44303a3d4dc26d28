"""What an action handler's output lets through: prose, or the text of an XML answer; never JSON."""

from __future__ import annotations

from typing import Final, Literal

from jupyter_agentchat.extract.base import BaseExtractor
from jupyter_agentchat.extract.bounded import BoundedText
from jupyter_agentchat.extract.xml_tag import XmlTagExtractor

JS_WHITE_SPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What ECMAScript trims (WhiteSpace and LineTerminator); not quite Python's set."""


class ActionStreamFilter(BaseExtractor):
    """Decides by the first visible character.

    ``{`` or ``[``: JSON, never streamed. ``<``: XML, the content of ``<text>``, then done.
    Anything else: everything, with its leading white space, at once.

    Parameters
    ----------
    margin, strict
        See `BaseExtractor` and `XmlTagExtractor`.
    """

    def __init__(self, *, margin: int | None = None, strict: bool = False) -> None:
        self._xml = XmlTagExtractor("text", margin=margin, strict=strict)
        super().__init__(margin=margin, strict=strict)

    def _restart(self) -> None:
        self._content: Literal["json", "xml", "text"] | None = None
        self._blank = BoundedText("leading white space", strict=self._strict)
        self._xml.reset()

    def _extract(self, text: str) -> str:
        if self._content is None:
            text = self._decide(text)
        if self._content == "xml":
            shown = self._xml.push(text)
            self._done = self._xml.done
            return shown
        return text if self._content == "text" else ""

    def _decide(self, text: str) -> str:
        """Set the kind of content by its first visible character; return what it may show."""
        visible = text.lstrip(JS_WHITE_SPACE)
        self._blank.add(text[: len(text) - len(visible)])
        if not visible:
            return ""
        if visible[0] in "{[":
            self._content = "json"
        elif visible[0] == "<":
            self._content = "xml"
        else:
            self._content = "text"
            return self._blank.take() + visible
        return visible

    def _release(self) -> str:
        return self._xml.flush() if self._content == "xml" else ""
