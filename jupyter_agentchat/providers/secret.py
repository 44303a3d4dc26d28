"""Keys that show themselves in no repr, no error and no log."""

from __future__ import annotations

import re
from typing import Final

from jupyter_agentchat.errors import InvalidInputError

HIDDEN: Final = "•••"

_KEY_LIKE: Final = re.compile(r"(?i)\bbearer\s+\S+|\b(?:sk|pk|gsk|xai|hf)[-_][\w*.-]{4,}")
"""What looks like somebody's key, in full or abbreviated as endpoints like to quote them."""


class Secret:
    """A key; empty where there is none.

    Parameters
    ----------
    value : str
        The key; blanks around it (a pasted line end, say) are dropped.

    Raises
    ------
    InvalidInputError
        If it could not stand in a header; the sentence does not show it.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value.strip()
        if not self._value.isascii() or not self._value.isprintable():
            raise InvalidInputError(
                "The key holds characters that cannot stand in a header; "
                "a key is printable ASCII in one line."
            )

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Secret({HIDDEN if self._value else ''})"

    def __reduce__(self) -> str:
        raise TypeError("A key is not pickled.")

    def reveal(self) -> str:
        """Return the key; only the code that sends it asks."""
        return self._value

    def scrub(self, text: str) -> str:
        """Return `text` without this key, and without what looks like another."""
        if self._value:
            text = text.replace(self._value, HIDDEN)
        return _KEY_LIKE.sub(HIDDEN, text)
