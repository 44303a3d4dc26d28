"""Deltas joined into larger ones, as ``stream_delta_chunk_size`` asks for."""

from __future__ import annotations

from jupyter_agentchat.protocol.model import ChunkKind

Piece = tuple[ChunkKind, str]


class DeltaJoiner:
    """Joins so many deltas of one kind into one; sans-I/O.

    No text is lost and none changes its place: the pieces' texts, put together, are the deltas'.
    A delta of another kind ends a piece, and so does `flush`.

    Parameters
    ----------
    size : int
        Deltas in a piece, at least 1.
    """

    def __init__(self, size: int) -> None:
        self._size = max(size, 1)
        self._kind: ChunkKind = "text"
        self._held: list[str] = []

    @property
    def holds(self) -> bool:
        """Whether something waits for more."""
        return bool(self._held)

    def feed(self, kind: ChunkKind, text: str) -> list[Piece]:
        """Take one delta; return the pieces that are complete."""
        pieces = self.flush() if kind != self._kind else []
        self._kind = kind
        self._held.append(text)
        return pieces + self.flush() if len(self._held) >= self._size else pieces

    def flush(self) -> list[Piece]:
        """Return what is held, as a piece."""
        held, self._held = self._held, []
        return [(self._kind, "".join(held))] if held else []
