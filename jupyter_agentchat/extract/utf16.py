r"""Text as JavaScript counts it: UTF-16 code units, and pairs that a chunk border cut in two.

A model's output may reach us as halves of a surrogate pair (an escape ``\ud83d`` in one chunk,
``\ude00`` in the next). Such halves cannot be encoded as UTF-8, so no half ever leaves this layer.
"""

from __future__ import annotations

import re
from typing import Final

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_BMP_MAX: Final = "\uffff"


def utf16_length(text: str) -> int:
    """Return the number of UTF-16 code units in `text`."""
    if text.isascii():
        return len(text)
    return len(text) + sum(char > _BMP_MAX for char in text)


def is_high_surrogate(char: str) -> bool:
    """Return whether `char` is the first half of a pair."""
    return "\ud800" <= char <= "\udbff"


def well_formed(text: str) -> str:
    """Return `text` with pairs joined and lone surrogates replaced by U+FFFD."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class SurrogateJoiner:
    """Makes arriving text well-formed, whatever the borders of its chunks.

    Guarantees: the joined output of `feed` and `finish` equals `well_formed` of the joined input;
    at most one code unit is held back.
    """

    def __init__(self) -> None:
        self._high = ""

    def feed(self, text: str) -> str:
        """Return what of `text` is complete."""
        if not text or (not self._high and text.isascii()):
            return text
        text = self._high + text
        self._high = text[-1] if is_high_surrogate(text[-1]) else ""
        return well_formed(text[:-1] if self._high else text)

    def finish(self) -> str:
        """Return U+FFFD for a first half whose second never came, else nothing."""
        held, self._high = self._high, ""
        return REPLACEMENT if held else ""
