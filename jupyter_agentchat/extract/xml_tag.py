"""The content of one XML tag, as it arrives."""

from __future__ import annotations

from typing import Final

from jupyter_agentchat.extract.base import BaseExtractor
from jupyter_agentchat.extract.tags import Tags, TagScanner, check_tag_name

OPAQUE: Final = ("thought", "think")
"""Elements in which a model may *mention* tags; nothing inside them is a tag."""


class XmlTagExtractor(BaseExtractor):
    """Streams what stands between the first ``<tag>`` and the next ``</tag>``.

    The tag is literal: case counts, attributes are not known. After the closing tag it is done.
    A tag mentioned inside ``<thought>`` or ``<think>`` does not count.

    Parameters
    ----------
    tag : str
        The bare name, for example ``"text"``.
    margin : int, optional
        See `BaseExtractor`. Defects of the original (a closing tag longer than the margin leaks, a
        surrogate pair is cut, `flush` shows a partial closing tag) are not reproduced.
    strict : bool
        Raise ``BUFFER_OVERFLOW`` when 100 KiB went by without the opening tag.
    """

    def __init__(self, tag: str, *, margin: int | None = None, strict: bool = False) -> None:
        self._open = f"<{check_tag_name(tag)}>"
        self._close = Tags([f"</{tag}>"])
        self._opaque = {f"<{name}>": Tags([f"</{name}>"]) for name in OPAQUE if name != tag}
        self._outside = Tags([self._open, *self._opaque])
        super().__init__(margin=margin, strict=strict)

    def push(self, chunk: str) -> str:
        """Take `chunk`; return the text that can be shown now, perhaps none."""
        return "" if self.done and self._aborted is None else super().push(chunk)

    def _restart(self) -> None:
        self._scanner = TagScanner()
        self._awaited = self._outside

    def _extract(self, text: str) -> str:
        self._scanner.feed(text)
        while self._awaited is not self._close:
            before, tag = self._scanner.take(self._awaited)
            self._skip(before)
            if tag is None:
                return ""
            self._awaited = self._after(tag)
        content, tag = self._scanner.take(self._close, self._margin)
        if tag is not None:
            self._done = True
            self._scanner.rest()
        return content

    def _after(self, tag: str) -> Tags:
        """Return what to look for behind `tag`."""
        return self._close if tag == self._open else self._opaque.get(tag, self._outside)

    def _release(self) -> str:
        return self._scanner.release(self._close) if self._awaited is self._close else ""
