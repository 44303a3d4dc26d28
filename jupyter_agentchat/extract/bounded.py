"""Text that is kept while it is not yet known what it is, up to a limit."""

from __future__ import annotations

from jupyter_agentchat.extract.errors import MAX_BUFFER, StreamError
from jupyter_agentchat.extract.utf16 import utf16_length


class BoundedText:
    """Collects pieces, each joined once; above 100 KiB forgets all of them, or raises.

    Guarantee: whether it overflows depends on the collected text, not on its pieces.

    Parameters
    ----------
    what : str
        Its name in the error.
    strict : bool
        Raise ``BUFFER_OVERFLOW`` instead of forgetting.

    Attributes
    ----------
    lost : bool
        Whether the limit was passed and the text forgotten.
    """

    def __init__(self, what: str, *, strict: bool) -> None:
        self._what = what
        self._strict = strict
        self.clear()

    def clear(self) -> None:
        """Begin again."""
        self._pieces: list[str] = []
        self._size = 0
        self.lost = False

    def add(self, piece: str) -> None:
        """Collect `piece`."""
        self._size += utf16_length(piece)
        if self._size <= MAX_BUFFER:
            self._pieces.append(piece)
            return
        if self._strict:
            raise StreamError.buffer_overflow(self._what, self._size)
        self._pieces, self.lost = [], True

    def take(self) -> str:
        """Return the text, nothing if it was lost, and begin again."""
        text = "".join(self._pieces)
        self.clear()
        return text
