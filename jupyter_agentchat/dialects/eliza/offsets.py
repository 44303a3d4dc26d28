"""Where a Socket.IO client stands, as the offset that trails each event of a channel's log.

The bytes of an event are shared by all readers of its channel, so an offset speaks of that
channel alone; what else its client has received is the `Journal`'s to know.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"(\w{1,16})\.(\d{1,18})(?:\.(\d{1,18})\.(\d{1,6}))?", re.ASCII)


class Point(NamedTuple):
    """A place in one channel's log, between two events that a client was told.

    Points of one channel compare as they follow each other.

    Attributes
    ----------
    next : int
        The first seq that was not received whole.
    taken : int
        What was received of the page that begins there, in events of ElizaOS.
    last : int
        The last seq of that page; ``next - 1`` where nothing was taken.
    """

    next: int
    taken: int = 0
    last: int = 0

    @classmethod
    def after(cls, seq: int) -> Point:
        """Return the point of who has everything up to `seq`."""
        return cls(seq + 1, 0, seq)

    @property
    def seq(self) -> int:
        """The last seq that was received whole."""
        return self.next - 1


def offset_after(room: str, seq: int) -> str:
    """Return the offset of the last event that the log's `seq` became."""
    return f"{room}.{seq}"


def offset_within(room: str, first: int, last: int, taken: int) -> str:
    """Return the offset of the event number `taken`, from 1, of a page; not of its last one."""
    return f"{room}.{first}.{last}.{taken}"


def parse_offset(text: str) -> tuple[str, Point] | None:
    """Return the room and the point of an offset, None if it is none of ours."""
    match = _TOKEN.fullmatch(text)
    if match is None:
        return None
    room, seq, last, taken = match.groups()
    if last is None:
        return room, Point.after(int(seq))
    return room, Point(int(seq), int(taken), int(last))
