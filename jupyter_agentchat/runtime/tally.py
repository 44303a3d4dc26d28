"""What one stream amounts to, counted as its chunks go by."""

from __future__ import annotations

from typing import TypedDict

from jupyter_agentchat.protocol.model import ChunkKind, TokenSource, Usage


class TallyColumns(TypedDict):
    """The columns of a `StreamRow` that a tally fills."""

    t_first_chunk: int | None
    t_first_content: int | None
    t_last_content: int | None
    n_chunks: int
    n_chars: int
    n_bytes: int
    n_tokens: int | None
    token_source: TokenSource


class Tally:
    """Counts of one stream; O(1) per chunk.

    Attributes
    ----------
    n_chunks : int
        Chunks of every kind.
    n_chars, n_bytes : int
        Their code points and UTF-8 bytes.
    """

    __slots__ = (
        "_first_chunk",
        "_first_content",
        "_last_content",
        "n_bytes",
        "n_chars",
        "n_chunks",
    )

    def __init__(self) -> None:
        self.n_chunks = self.n_chars = self.n_bytes = 0
        self._first_chunk: int | None = None
        self._first_content: int | None = None
        self._last_content: int | None = None

    def count(self, text: str, size: int, kind: ChunkKind, agent_ns: int) -> None:
        """Add one chunk of `size` bytes that the agent yielded at `agent_ns`."""
        self.n_chunks += 1
        self.n_chars += len(text)
        self.n_bytes += size
        if self._first_chunk is None:
            self._first_chunk = agent_ns
        if kind == "text":
            if self._first_content is None:
                self._first_content = agent_ns
            self._last_content = agent_ns

    def columns(self, usage: Usage | None) -> TallyColumns:
        """Return the row's columns; tokens only where somebody counted them."""
        tokens = usage.output_tokens if usage else None
        return {
            "t_first_chunk": self._first_chunk,
            "t_first_content": self._first_content,
            "t_last_content": self._last_content,
            "n_chunks": self.n_chunks,
            "n_chars": self.n_chars,
            "n_bytes": self.n_bytes,
            "n_tokens": tokens,
            "token_source": usage.source if usage and tokens is not None else "unknown",
        }
