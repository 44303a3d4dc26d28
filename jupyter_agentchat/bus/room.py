"""All readers of one channel in one wire form: each batch is encoded and framed once for them."""

from __future__ import annotations

import math
import time
from array import array
from asyncio import TimerHandle
from collections.abc import Callable, Sequence
from typing import Protocol

from jupyter_agentchat.bus.ledger import Ledger
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.subscription import Batch, Source
from jupyter_agentchat.bus.wire import Observer, WireForm
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.publication import Publication

MAX_EVENTS = 1024
"""So many events are flushed at once, without waiting for the tick's end."""
MAX_FLUSHES = 8192
"""After so many flushes instants are handed on, even of streams that go on."""


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
    stamps : array of int64 or None
        One instant in ns for each flush since flush number `start`; None: they are not recorded.
    """

    __slots__ = ("_channel", "_observer", "give", "outlet", "stamps", "start")

    def __init__(self, channel: str, outlet: Outlet, observer: Observer | None) -> None:
        self._channel = channel
        self._observer = observer
        self.outlet = outlet
        self.give = outlet.give
        self.stamps: array[int] | None = None if observer is None else array("q")
        self.start = 0

    def tell(self, ledger: Ledger, stream: str | None = None) -> None:
        """Hand on the instants of one stream's chunks, or of all."""
        if self._observer is not None and self.stamps:
            for name, index, socket_ns, repeats in ledger.told(self.stamps, self.start, stream):
                self._observer.stamped(self._channel, name, index, socket_ns, repeats)

    def restart(self, start: int) -> None:
        """Begin anew with the room's flush number `start`."""
        self.start = start
        if self.stamps:
            del self.stamps[:]


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
        self._ended: tuple[str, ...] = ()
        self._fresh: list[Publication] = []
        self._unnoted: Sequence[Publication] = ()
        self._due, self._now = due, now
        self.close = log.listen(self._hear)

    def follow(self, follower: Follower, cursor: int) -> bool:
        """Let a reader that stands at `cursor` follow; False if it lags."""
        if cursor != self.cursor:
            if cursor < self.log.seq:
                return False
            self._now(self)
        follower.restart(self._ledger.flushes)
        self.followers[follower] = None
        self._observed += follower.stamps is not None
        return True

    def leave(self, follower: Follower) -> None:
        """Let a follower go; what is new from now on it does not get. Twice does nothing."""
        if follower in self.followers:
            self._note()
            del self.followers[follower]
            self._observed -= follower.stamps is not None
            follower.tell(self._ledger)

    def hurry(self) -> None:
        """Flush now what waits for the tick's end or for a window's."""
        self._now(self)

    def flush(self) -> None:
        """Write what is new to the followers' outlets, now."""
        data = self._take()
        if not data:
            return
        now = time.monotonic_ns
        for each in tuple(self.followers):  # who is blocked by it leaves
            if (stamps := each.stamps) is not None:
                stamps.append(now())
            try:
                is_free = each.give(data)
            except DisconnectedError:
                continue
            if not is_free:
                each.outlet.refused()
        self._note()

    def add(self) -> list[Outlet]:
        """Add what is new to what is due to the followers.

        Returns
        -------
        list of Outlet
            Those to be flushed next; then `flushed` is to be called.
        """
        data = self._take()
        self._note()
        if not data:
            return []
        return [each.outlet for each in self.followers if each.outlet.add(data, each.stamps)]

    def flushed(self) -> None:
        """Hand on the instants of the streams that have ended, now that they are taken."""
        ended, self._ended = self._ended, ()
        for stream in ended:
            for follower in self.followers:
                follower.tell(self._ledger, stream)
            self._ledger.forget(stream)
        if ended and self._ledger.is_idle:
            self._restart()
        elif self._ledger.flushes >= MAX_FLUSHES:
            self.settle()

    def settle(self) -> None:
        """Hand on all instants so far."""
        for follower in self.followers:
            follower.tell(self._ledger)
        self._restart()

    def _take(self) -> bytes:
        """Move on to the log's end; returns the bytes that followers miss."""
        fresh, self._fresh = self._fresh, []
        if self.window is not None:
            self.window.cancel()
            self.window, self.closing_s = None, math.inf
        if not fresh:
            return b""
        first, self.cursor = self.cursor + 1, fresh[-1].seq
        self.total += sum([len(each.data) for each in fresh])
        if not self.followers:
            return b""
        batch = Batch(first, self.cursor, fresh, fresh, merged=False)
        data = self.form.encode(self.name, self.epoch, batch)
        self.written += len(data)
        if data and self._observed:
            self._unnoted = fresh
        return data

    def _note(self) -> None:
        """Note in the ledger what the flush that is under way has brought: readers come first."""
        if self._unnoted:
            self._ended += self._ledger.note(self._unnoted)
            self._unnoted = ()

    def _restart(self) -> None:
        self._ledger.restart()
        for follower in self.followers:
            follower.restart(0)

    def _hear(self, publications: Sequence[Publication]) -> None:
        fresh = self._fresh
        is_first = not fresh
        fresh.extend(publications)
        if is_first:
            self._due(self)
        elif len(fresh) >= MAX_EVENTS or (self.window and time.monotonic() >= self.closing_s):
            self._now(self)
