"""Reasoning and answer of a model that writes both into one text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.extract.base import check_chunk_size
from jupyter_agentchat.extract.tags import Tags, TagScanner, check_tag_name
from jupyter_agentchat.extract.utf16 import SurrogateJoiner

Kind = Literal["reasoning", "text"]


class ThinkSplitter:
    """Splits ``<think>…</think>`` from the text around it; sans-I/O.

    Guarantee: for each kind, the joined pieces depend on the joined input alone. The tags are
    dropped, white space stays. A closing tag ends only the element it belongs to.

    Parameters
    ----------
    tags : sequence of str
        Names of the elements that hold reasoning.
    inside : bool
        Begin inside the first of `tags`: some chat templates end with ``<think>``, so that the
        model's output has only the closing tag.
    """

    def __init__(self, tags: Sequence[str] = ("think",), *, inside: bool = False) -> None:
        if not tags or isinstance(tags, str):
            raise InvalidInputError(f"tags is {tags!r}: give a sequence of names, as ('think',)")
        self._close = {f"<{check_tag_name(tag)}>": Tags([f"</{tag}>"]) for tag in tags}
        self._open = Tags(self._close)
        self._first = self._close[f"<{tags[0]}>"] if inside else self._open
        self.reset()

    def reset(self) -> None:
        """Forget everything; ready for the next answer."""
        self._joiner = SurrogateJoiner()
        self._scanner = TagScanner()
        self._awaited = self._first

    def feed(self, chunk: str) -> list[tuple[Kind, str]]:
        """Return the pieces that are certain, neighbours of one kind joined.

        Raises
        ------
        StreamError
            ``CHUNK_TOO_LARGE`` above 1 MiB.
        """
        check_chunk_size(chunk)
        return self._split(self._joiner.feed(chunk))

    def finish(self) -> list[tuple[Kind, str]]:
        """Return what was held back: a partial opening tag is text, a closing one is dropped."""
        items = self._split(self._joiner.finish())
        kept = self._scanner.rest()
        if kept and self._awaited is self._open:
            items.append(("text", kept))
        return items

    def _split(self, chunk: str) -> list[tuple[Kind, str]]:
        self._scanner.feed(chunk)
        items: list[tuple[Kind, str]] = []
        tag: str | None = ""
        while tag is not None:
            kind: Kind = "text" if self._awaited is self._open else "reasoning"
            piece, tag = self._scanner.take(self._awaited)
            if piece and items and items[-1][0] == kind:
                items[-1] = (kind, items[-1][1] + piece)
            elif piece:
                items.append((kind, piece))
            if tag is not None:
                self._awaited = self._close.get(tag, self._open)
        return items
