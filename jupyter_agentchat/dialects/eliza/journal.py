"""What one Socket.IO client was written, over all its channels, in order.

With the last offset that reached the client this tells where it stands in every channel: TCP and
Engine.IO keep the order, so what was written before that event has reached it, and what was
written after it has not.
"""

from __future__ import annotations

from collections import deque

from jupyter_agentchat.dialects.eliza.offsets import Point, parse_offset

MAX_ENTRIES = 4096
"""Changes from one channel to another that are remembered; older offsets are not recovered."""


class Journal:
    """The points that a client was written up to.

    Consecutive events of one channel are one entry, so a client of one channel costs one.
    """

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        self._max_entries = max_entries
        self._joined: dict[str, Point] = {}
        self._floor: dict[str, Point] = {}
        """Up to where each channel was written before the first entry."""
        self._entries: deque[tuple[str, Point]] = deque()
        self._is_cut = False

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms that the client is in."""
        return tuple(self._joined)

    def join(self, room: str, seq: int) -> None:
        """Note that the client reads a room from right after `seq`."""
        self._joined[room] = Point.after(seq)
        self._floor.setdefault(room, Point.after(seq))

    def leave(self, room: str) -> None:
        """Note that it reads it no more; its offsets still tell of the other rooms."""
        self._joined.pop(room, None)

    def wrote(self, room: str, point: Point) -> None:
        """Note that everything of a room up to `point` was written."""
        entries = self._entries
        if entries and entries[-1][0] == room:
            entries[-1] = (room, max(point, entries[-1][1]))
            return
        entries.append((room, point))
        if len(entries) > self._max_entries:
            oldest, reached = entries.popleft()
            self._floor[oldest] = reached
            self._is_cut = True

    def rewind(self, offset: str | None) -> dict[str, Point] | None:
        """Return where the client stands in each of its rooms, and forget what it did not get.

        Parameters
        ----------
        offset : str or None
            The last that it saw. One of an earlier session counts as none: had the client seen
            an event of this session, it would have that one's.

        Returns
        -------
        dict
            By room; None if the offset is so old that it cannot be told.
        """
        parsed = None if offset is None else parse_offset(offset)
        found = None if parsed is None else self._find(*parsed)
        if found is not None and parsed is not None:
            while len(self._entries) > found:
                self._entries.pop()
            self.wrote(*parsed)
        elif self._is_cut:
            return None
        else:
            self._entries.clear()
        stands = dict(self._floor)
        stands.update(self._entries)
        return {room: max(joined, stands[room]) for room, joined in self._joined.items()}

    def _find(self, room: str, point: Point) -> int | None:
        """Return how many entries had arrived whole before `point` of `room` did."""
        reached = self._floor.get(room)
        if reached is None or point < reached:
            return None
        if point == reached:
            return 0
        for number, (name, upto) in enumerate(self._entries):
            if name == room and reached < point <= upto:
                return number
            if name == room:
                reached = upto
        return None
