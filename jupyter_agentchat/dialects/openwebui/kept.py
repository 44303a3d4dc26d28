"""What one tab was told lately, for when it comes back after a lost wire."""

from __future__ import annotations

from collections import deque

from jupyter_agentchat.dialects.openwebui.parcels import Parcel

MAX_BYTES = 1_000_000
"""Beyond it the oldest is forgotten; who saw less than what is left begins anew."""


class Kept:
    """The newest parcels of one tab; they are shared with all tabs that were told the same."""

    def __init__(self, max_bytes: int | None = None) -> None:
        self._max_bytes = MAX_BYTES if max_bytes is None else max_bytes
        self._parcels: deque[Parcel] = deque()
        self._size = 0
        self._lost = 0
        """The number of the last event that is forgotten."""

    def add(self, parcel: Parcel) -> None:
        """Keep one more; its numbers are higher than those before it."""
        self._parcels.append(parcel)
        self._size += len(parcel.numbered)
        while self._size > self._max_bytes:
            gone = self._parcels.popleft()
            self._size -= len(gone.numbered)
            self._lost = gone.last

    def after(self, offset: str | None) -> bytes | None:
        """Return what came after an offset; None if some of that is forgotten.

        Parameters
        ----------
        offset : str or None
            None, or none of ours: the client has seen nothing.
        """
        seen = int(offset) if offset is not None and offset.isascii() and offset.isdigit() else 0
        if seen < self._lost:
            return None
        return b"".join([each.after(seen) for each in self._parcels if each.last > seen])
