"""Instants in the text of a chunk: what an agent's own clock said, whatever the log records.

A chunk cannot tell when the agent went on after it; the next one does.
"""

from __future__ import annotations

from msgspec import Struct

from jupyter_agentchat.agents.synthetic_spec import TOLD_CHARS
from jupyter_agentchat.errors import InvalidInputError

_DIGITS = TOLD_CHARS // 3 - 1


class Told(Struct, frozen=True):
    """What one chunk tells, in monotonic ns of the agent's process.

    Attributes
    ----------
    due_ns : int
        When the plan wanted it.
    yielded_ns : int
        When the agent gave it away, read in the line before.
    resumed_ns : int
        When the agent went on after the chunk *before* this one; 0 in the first.
    """

    due_ns: int
    yielded_ns: int
    resumed_ns: int


def tell(due_ns: int, yielded_ns: int, resumed_ns: int) -> str:
    """Return the beginning of a chunk's text, `TOLD_CHARS` characters."""
    return "".join(f"{each:0{_DIGITS}d} " for each in (due_ns, yielded_ns, resumed_ns))


def told_instants(text: str) -> Told:
    """Read what `tell` wrote.

    Raises
    ------
    InvalidInputError
        If the text does not begin so.
    """
    parts = text[:TOLD_CHARS].split(" ")[:3]
    if len(text) < TOLD_CHARS or not all(len(p) == _DIGITS and p.isdecimal() for p in parts):
        shown = text[:TOLD_CHARS]
        message = f"A chunk that tells its instants begins with three of them, not {shown!r}."
        raise InvalidInputError(message)
    due, yielded, resumed = map(int, parts)
    return Told(due, yielded, resumed)
