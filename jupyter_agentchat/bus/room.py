"""All readers of one channel in one wire form: each batch is encoded and framed once for them."""

from __future__ import annotations

import asyncio
import math
import time
from asyncio import TimerHandle
from collections.abc import Callable, Sequence
from typing import Protocol

from jupyter_agentchat.bus.ledger import Ledger
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.subscription import Batch, Source
from jupyter_agentchat.bus.wire import Observer, WireForm
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.publication import Publication

MAX_EVENTS = 1024
"""So many events are flushed at once, without waiting for the tick's end."""
MAX_FLUSHES = 1024
"""After so many flushes the instants are handed on,"""
MAX_HELD_S = 5.0
"""and at the latest after so many seconds."""


class Log(Source, Protocol):
    """A channel's log, as a room hears it."""

    @property
    def epoch(self) -> str:
        """The present epoch."""
        ...


class Follower:
    """A reader that stands at its room's position.

    Attributes
    ----------
    give : callable
        Its socket's write; True if nothing of it waits.
    stamps : list of int or None
        One instant in ns for each flush since flush number `start`, 0 for one that brought this
        reader nothing; None: they are not recorded.
    after : int
        The seq after which that flush begins.
    """

    __slots__ = ("_channel", "_observer", "after", "give", "outlet", "stamps", "start")

    def __init__(self, channel: str, outlet: Outlet, observer: Observer | None) -> None:
        self._channel = channel
        self._observer = observer
        self.outlet = outlet
        self.give = outlet.give
        self.stamps: list[int] | None = None if observer is None else []
        self.start = self.after = 0

    def tell(self, ledger: Ledger) -> None:
        """Hand on the instants so far."""
        if self._observer is not None and self.stamps and any(self.stamps):
            stamps, self.stamps = self.stamps, []
            seqs = ledger.told(self.start, len(stamps))
            self._observer.stamped(self._channel, self.after, seqs, stamps)

    def restart(self, start: int, after: int) -> None:
        """Begin anew with the room's flush number `start`, which begins after the seq `after`."""
        self.start, self.after = start, after
        if self.stamps:
            self.stamps = []


class Room:
    """Hears a channel's log, and flushes what is new to all its followers.

    Guarantees
    ----------
    One position
        Every follower has been given exactly what is at or below `cursor`.
    Bound
        At most `MAX_EVENTS` events wait for a flush.

    Parameters
    ----------
    due : callable
        Asked to flush this room now or soon, when something new has come.
    now : callable
        Asked to flush this room at once.

    Attributes
    ----------
    cursor : int
        The last seq that was flushed.
    total, written : int
        Bytes flushed since the room was opened: the JSON of the events, and the frames that each
        follower was given.
    readers : int
        Readings that the room serves, followers or not.
    shared : int
        Those among them whose connection reads other channels as well.
    flushed_s : float
        When it was flushed last, on the monotonic clock.
    window : TimerHandle or None
        Flushes it, at the latest, while chunks wait for one another.
    closing_s : float
        From when on, on the monotonic clock, a chunk ends their waiting.
    """

    def __init__(
        self,
        name: str,
        log: Log,
        form: WireForm,
        due: Callable[[Room], None],
        now: Callable[[Room], None],
    ) -> None:
        self.name = name
        self.log = log
        self.form = form
        self.epoch = log.epoch
        self.cursor = log.seq
        self.total = self.written = 0
        self.readers = self.shared = 0
        self.flushed_s = -math.inf
        self.closing_s = math.inf
        self.window: TimerHandle | None = None
        self.followers: dict[Follower, None] = {}
        self._ledger = Ledger()
        self._observed = 0
        self._settling: TimerHandle | None = None
        self._fresh: list[Publication] = []
        self._due, self._now = due, now
        self._unlisten = log.listen(self._hear)

    def follow(self, follower: Follower, cursor: int) -> bool:
        """Let a reader that stands at `cursor` follow; False if it lags."""
        if cursor != self.cursor:
            if cursor < self.log.seq:
                return False
            self._now(self)
        follower.restart(self._ledger.enter(), self.cursor)
        self.followers[follower] = None
        self._observed += follower.stamps is not None
        return True

    def leave(self, follower: Follower) -> None:
        """Let a follower go; what is new from now on it does not get. Twice does nothing."""
        if follower in self.followers:
            del self.followers[follower]
            self._observed -= follower.stamps is not None
            follower.tell(self._ledger)

    def close(self) -> None:
        """Hear no more; its readers have left."""
        self._unlisten()
        if self._settling is not None:
            self._settling.cancel()

    def hurry(self) -> None:
        """Flush now what waits for the tick's end or for a window's."""
        self._now(self)

    def flush(self) -> None:
        """Write what is new to the followers' outlets, now."""
        data, is_stamped = self._take()
        if not data:
            return
        now = time.monotonic_ns
        for each in tuple(self.followers):  # who is blocked by it leaves
            if is_stamped and (stamps := each.stamps) is not None:
                stamps.append(now())
            try:
                is_free = each.give(data)
            except DisconnectedError:
                continue
            if not is_free:
                each.outlet.refused()

    def add(self) -> list[Outlet]:
        """Add what is new to what is due to the followers.

        Returns
        -------
        list of Outlet
            Those to be flushed next; then `flushed` is to be called.
        """
        data, is_stamped = self._take()
        if not data:
            return []
        return [
            each.outlet
            for each in self.followers
            if each.outlet.add(data, each.stamps if is_stamped else None)
        ]

    def flushed(self) -> None:
        """Hand on the instants, now that they are taken, if they are many; else soon."""
        if len(self._ledger) >= MAX_FLUSHES:
            self.settle()
        elif self._settling is None and len(self._ledger):
            self._settling = asyncio.get_running_loop().call_later(MAX_HELD_S, self.settle)

    def settle(self) -> None:
        """Hand on all instants so far."""
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
        for follower in self.followers:
            follower.tell(self._ledger)
            follower.restart(0, self.cursor)
        self._ledger.restart()

    def _take(self) -> tuple[bytes, bool]:
        """Move on to the log's end.

        Returns
        -------
        data : bytes
            What followers miss.
        is_stamped : bool
            Whether it brings chunks, whose instants are noted.
        """
        fresh, self._fresh = self._fresh, []
        if self.window is not None:
            self.window.cancel()
            self.window, self.closing_s = None, math.inf
        if not fresh:
            return b"", False
        first, self.cursor = self.cursor + 1, fresh[-1].seq
        self.total += sum([len(each.data) for each in fresh])
        if not self.followers:
            return b"", False
        batch = Batch(first, self.cursor, fresh, fresh, merged=False)
        data = self.form.encode(self.name, self.epoch, batch)
        self.written += len(data)
        is_stamped = self._observed > 0 and _brings_chunks(fresh)
        if is_stamped:
            self._note(is_skipped=not data)
        return data, is_stamped

    def _note(self, *, is_skipped: bool) -> None:
        """Note the flush that is about to be; where it has nothing for the followers, that."""
        if not is_skipped:
            self._ledger.note(self.cursor)
        elif self._ledger.skip(self.cursor):
            for each in self.followers:
                if each.stamps is not None:
                    each.stamps.append(0)

    def _hear(self, publications: Sequence[Publication]) -> None:
        fresh = self._fresh
        is_first = not fresh
        fresh.extend(publications)
        if is_first:
            self._due(self)
        elif len(fresh) >= MAX_EVENTS or (self.window and time.monotonic() >= self.closing_s):
            self._now(self)


def _brings_chunks(publications: Sequence[Publication]) -> bool:
    return any(type(each.event) is StreamDelta for each in publications)
