"""Literal tags in text that arrives in pieces; only a partial tag is looked at again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jupyter_agentchat.errors import InvalidInputError

_NAME = re.compile(r"[^\s<>/]+")


def check_tag_name(name: str) -> str:
    """Return `name` if it can stand between ``<`` and ``>``.

    Raises
    ------
    InvalidInputError
        For an empty name, or one with white space, ``<``, ``>`` or ``/``.
    """
    if _NAME.fullmatch(name) is None:
        raise InvalidInputError(
            f"tag name {name!r} cannot be searched for: "
            "give the bare name, for example 'text', without '<', '>', '/' or white space"
        )
    return name


class Tags:
    """A set of literal tags to look for; matching is case-sensitive and knows no attributes.

    Parameters
    ----------
    literals : iterable of str
        Each begins with ``<`` and has no other ``<``.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        self._literals = tuple(literals)
        self._longest = max(map(len, self._literals))
        self._pattern = re.compile("|".join(map(re.escape, self._literals)))

    def search(self, text: str, start: int) -> re.Match[str] | None:
        """Return the first tag at or after `start`."""
        return self._pattern.search(text, start)

    def partial_start(self, text: str, start: int) -> int:
        """Return where the longest suffix begins that may still become a tag, else the length.

        The only ``<`` of a tag is its first character, so the last ``<`` is the one candidate.
        """
        begin = text.rfind("<", max(start, len(text) - self._longest + 1))
        if begin >= 0 and any(tag.startswith(text[begin:]) for tag in self._literals):
            return begin
        return len(text)


class TagScanner:
    """Cuts arriving text at tags.

    Guarantees: what `take` returns, in order, is the fed text without the tags it named; a tag is
    found wherever the chunks were cut; never more than a partial tag (or `margin`) is kept.
    """

    def __init__(self) -> None:
        self._text = ""
        self._start = 0

    def feed(self, text: str) -> None:
        """Append `text` to what was kept."""
        self._text = self._text[self._start :] + text
        self._start = 0

    def take(self, tags: Tags, margin: int = 0) -> tuple[str, str | None]:
        """Return the text before the first of `tags` and that tag, else what is certain and None.

        Parameters
        ----------
        tags : Tags
            What to look for.
        margin : int
            Keep at least so many UTF-16 code units back while no tag is found.
        """
        found = tags.search(self._text, self._start)
        if found is not None:
            before = self._text[self._start : found.start()]
            self._start = found.end()
            return before, found.group()
        end = min(tags.partial_start(self._text, self._start), self._margin_start(margin))
        before = self._text[self._start : end]
        self._start = end
        return before, None

    def release(self, tags: Tags) -> str:
        """Return what a margin holds back, without a partial tag, which stays."""
        end = tags.partial_start(self._text, self._start)
        before = self._text[self._start : end]
        self._start = end
        return before

    def rest(self) -> str:
        """Return everything that was kept, a partial tag too."""
        kept = self._text[self._start :]
        self._text, self._start = "", 0
        return kept

    def _margin_start(self, margin: int) -> int:
        """Return the largest index with at least `margin` UTF-16 units behind it."""
        end = len(self._text)
        while margin > 0 and end > self._start:
            end -= 1
            margin -= 2 if self._text[end] > "\uffff" else 1
        return end
