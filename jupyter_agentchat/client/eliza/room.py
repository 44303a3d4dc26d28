"""One room that a client reads: what it has had of it already."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Delivery = tuple[str, dict[str, Any]]

MAX_OPEN = 1000
"""Answers that one room follows at once."""
_ALONE = frozenset({"messageStreamChunk", "message"})
"""What is the only event of its log entry, and comes merged with later ones if it comes again."""


class Room:
    """Where a client stands in a room.

    Attributes
    ----------
    spelling : str
        As the client calls it.
    since_ms : int
        What was made earlier was not missed.
    held : list or None
        What has to wait until it is known what was missed.
    is_lossy : bool
        Whether something was lost that cannot be fetched.
    """

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling
        self.since_ms = 0
        self.held: list[Delivery] | None = None
        self.is_lossy = False
        self._epoch: str | None = None
        self._seq = 0
        self._had: set[str] | None = None
        self._next: dict[str, int] = {}

    @property
    def after(self) -> str | None:
        """The position to go on from, None if the server told none.

        Of an entry that may have been cut off in the middle everything is asked for again.
        """
        if self._epoch is None:
            return None
        return f"{self._epoch}:{self._seq if self._had is None else self._seq - 1}"

    def stand(self, position: str | None, *, goes_on: bool) -> None:
        """Take from the server where reading begins, and in which epoch it counts."""
        epoch, _, seq = (position or "").rpartition(":")
        self._epoch = epoch or None
        if not goes_on:
            self._seq, self._had = int(seq) if seq.isdecimal() else 0, None

    def is_new(self, name: str, seq: int) -> bool:
        """Tell whether an event was not had before, and note that it is had now."""
        if seq < self._seq or (seq == self._seq and (self._had is None or name in self._had)):
            return False
        if name in _ALONE:
            self._had = None
        elif seq > self._seq or self._had is None:
            self._had = {name}
        else:
            self._had.add(name)
        self._seq = seq
        return True

    def is_new_chunk(self, chunk: Mapping[str, Any]) -> bool:
        """Tell whether a chunk says something that was not said; chunks come in order."""
        message, index = chunk.get("messageId"), chunk.get("index")
        if not isinstance(message, str) or not isinstance(index, int):
            return True
        last = chunk.get("lastIndex", index)
        if last < self._next.get(message, 0):
            return False
        self.open(message, last + 1)
        return True

    def open(self, message: str, index: int = 0) -> None:
        """Note that an answer goes on; the chunk `index` comes next."""
        self._next[message] = max(index, self._next.get(message, 0))
        if len(self._next) > MAX_OPEN:
            del self._next[next(iter(self._next))]

    def close(self, message: str | None) -> None:
        """Note that an answer is over; None: all of them."""
        if message is None:
            self._next.clear()
        else:
            self._next.pop(message, None)

    def is_open(self, message: object) -> bool:
        """Tell whether an answer goes on."""
        return message in self._next

    def close_all_but(self, live: Collection[str]) -> list[str]:
        """Return the answers that went on and do no more; they are over."""
        over = [message for message in self._next if message not in live]
        for message in over:
            del self._next[message]
        return over
