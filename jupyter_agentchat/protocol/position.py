"""Where a reader stands in a channel's log: ``epoch:seq``."""

from __future__ import annotations

from typing import NamedTuple

from jupyter_agentchat.errors import InvalidInputError


class Position(NamedTuple):
    """A reader at this position has applied every event up to and including `seq`.

    An epoch names one opening of the store: a position resumes exactly when its epoch is known
    and `seq` is not beyond that epoch's durable end. On the wire it is ``epoch:seq``; SSE uses
    it as event id, Socket.IO in its offset.
    """

    epoch: str
    seq: int

    def __str__(self) -> str:
        """Return the wire form."""
        return f"{self.epoch}:{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """Read the wire form.

        Raises
        ------
        InvalidInputError
            If `text` is not ``epoch:seq`` with a non-negative decimal seq.
        """
        epoch, separator, seq = text.rpartition(":")
        if not separator or not epoch.isalnum() or not (seq.isascii() and seq.isdigit()):
            message = (
                f"{text[:40]!r} is not a position: it is written epoch:seq, as in 'Zk3xQ9aB:17'."
            )
            raise InvalidInputError(message)
        return cls(epoch, int(seq))
