"""All rooms of one event loop: one callback per tick flushes those that have something new."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Hashable, Sequence

from jupyter_agentchat.bus.limits import FanoutLimits
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.reading import Reading
from jupyter_agentchat.bus.room import Log, Room
from jupyter_agentchat.bus.wire import Observer, WireForm
from jupyter_agentchat.protocol.close_codes import CloseCode

WATCH_S = 0.25
"""How often blocked outlets are looked at."""
EARLY = 0.8
"""A chunk that comes when so much of a window has passed closes it: a timer of its own would wake
the loop once more, which costs as much as dozens of writes."""
QUIET_S = 0.0002
"""After so long without a flush of the same connections the next one does not wait for the
tick's end."""


class Rooms:
    """Opens a room for each channel and wire form that has readers, and flushes them.

    Guarantees
    ----------
    Latency
        What is published leaves in the tick in which it was published: at once after a quiet
        moment, else at the tick's end, in one write for each connection, however many frames and
        channels. Only where a room has `crowd` readers or more and chunks follow each other
        within twice the window, it waits for `window_s`, and for the 1 ms by which an event
        loop's timer may be late.
    Bound
        A reader whose socket takes nothing for `budget_s`, or that is `budget_bytes` behind, is
        shut with a code that lets it come back and resume.
    """

    def __init__(self, limits: FanoutLimits | None = None) -> None:
        self._limits = limits or FanoutLimits()
        self._rooms: dict[tuple[str, Hashable], Room] = {}
        self._dirty: list[Room] = []
        self._blocked: dict[Outlet, tuple[float, int]] = {}
        """Outlets with the time at which their bytes last fell, and those bytes."""
        self._watch: asyncio.TimerHandle | None = None
        self._flushed_s = -math.inf

    def read(
        self,
        name: str,
        log: Log,
        form: WireForm,
        outlet: Outlet,
        cursor: int,
        *,
        replay_until: int,
        observer: Observer | None = None,
    ) -> Reading:
        """Begin to write a channel's log to an outlet, from right after `cursor`.

        Parameters
        ----------
        name : str
            The channel.
        cursor : int
            Where the reader stands: its own seq, or that of a snapshot.
        replay_until : int
            What is at or below it is history to this reader, and recorded as such.
        observer : Observer, optional
            Records the instants at which chunks are handed to the socket.

        Returns
        -------
        Reading
            Close it when the reader leaves the channel; `outlet.close` closes all of its own.
        """
        outlet.blockage = self._watch_over
        key = (name, form.key)
        room = self._rooms.get(key)
        if room is None:
            room = self._rooms[key] = Room(name, log, form, self._due, self._now)
        elif room.cursor < log.seq:
            room.hurry()
        room.readers += 1
        return Reading(
            room, outlet, cursor, replay_until=replay_until, observer=observer, left=self._left
        )

    def settle(self) -> None:
        """Hand on all instants that were taken so far."""
        for room in self._rooms.values():
            room.settle()

    def close(self) -> None:
        """Flush what waits and hand on all instants; nothing may be published after it."""
        self._flush(list(self._rooms.values()))
        self.settle()

    def _due(self, room: Room) -> None:
        now_s, limits = time.monotonic(), self._limits
        if len(room.followers) >= limits.crowd and now_s - room.flushed_s < 2 * limits.window_s:
            loop = asyncio.get_running_loop()
            room.window = loop.call_later(limits.window_s, self._now, room)
            room.closing_s = now_s + EARLY * limits.window_s
        elif now_s - (self._flushed_s if room.shared else room.flushed_s) > QUIET_S:
            self._now(room)
        else:
            if not self._dirty:
                asyncio.get_running_loop().call_soon(self._tick)
            self._dirty.append(room)

    def _tick(self) -> None:
        rooms, self._dirty = self._dirty, []
        self._flush(rooms)

    def _flush(self, rooms: Sequence[Room]) -> None:
        outlets = [outlet for room in rooms for outlet in room.add()]
        for outlet in outlets:
            outlet.flush()
        self._flushed_s = now_s = time.monotonic()
        for room in rooms:
            room.flushed_s = now_s
            room.flushed()

    def _now(self, room: Room) -> None:
        room.flush()
        self._flushed_s = room.flushed_s = time.monotonic()
        room.flushed()

    def _left(self, room: Room) -> None:
        room.readers -= 1
        if not room.readers:
            room.close()
            del self._rooms[room.name, room.form.key]

    def _watch_over(self, outlet: Outlet) -> None:
        loop = asyncio.get_running_loop()
        self._blocked[outlet] = (loop.time(), outlet.waiting())
        if self._watch is None:
            self._watch = loop.call_later(WATCH_S, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for outlet, (since, before) in list(self._blocked.items()):
            if outlet.closed or not outlet.blocked:
                del self._blocked[outlet]
                continue
            waiting = outlet.measure()
            if waiting < before:
                since = now  # noqa: PLW2901
            self._blocked[outlet] = (since, waiting)
            limits = self._limits
            if outlet.backlog_bytes > limits.budget_bytes or now - since >= limits.budget_s:
                del self._blocked[outlet]
                outlet.shut(CloseCode.TOO_SLOW)
        self._watch = loop.call_later(WATCH_S, self._look) if self._blocked else None
