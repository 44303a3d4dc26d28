"""All readers of one channel in one wire form: each batch is encoded and framed once for them."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from typing import Protocol

from jupyter_agentchat.bus.ledger import Ledger
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.subscription import Batch, Item, Source
from jupyter_agentchat.bus.wire import Observer, WireForm
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
    stamps : array of int64 or None
        One instant in ns for each flush since flush number `start`; None: they are not recorded.
    """

    __slots__ = ("_channel", "_observer", "outlet", "stamps", "start")

    def __init__(self, channel: str, outlet: Outlet, observer: Observer | None) -> None:
        self._channel = channel
        self._observer = observer
        self.outlet = outlet
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
    total : int
        JSON bytes of the events flushed since the room was opened.
    readers : int
        Readings that the room serves, followers or not.
    shared : int
        Those among them whose connection reads other channels as well.
    flushed_s : float
        When it was flushed last, on the monotonic clock.
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
        self.total = 0
        self.readers = self.shared = 0
        self.flushed_s = -math.inf
        self.followers: dict[Follower, None] = {}
        self._ledger = Ledger()
        self._observed = 0
        self._ended: tuple[str, ...] = ()
        self._fresh: list[Publication] = []
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
            del self.followers[follower]
            self._observed -= follower.stamps is not None
            follower.tell(self._ledger)

    def hurry(self) -> None:
        """Flush now what waits for the tick's end or for a window's."""
        self._now(self)

    def flush(self) -> None:
        """Write what is new to the followers' outlets, now."""
        if data := self._take():
            for each in tuple(self.followers):  # who is blocked by it leaves
                each.outlet.pass_on(data, each.stamps)

    def add(self) -> list[Outlet]:
        """Add what is new to what is due to the followers.

        Returns
        -------
        list of Outlet
            Those to be flushed next; then `flushed` is to be called.
        """
        data = self._take()
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
        if not fresh:
            return b""
        items, total = [], self.total
        for each in fresh:
            items.append(Item(each.event, each.data))
            total += len(each.data)
        first, self.cursor, self.total = self.cursor + 1, fresh[-1].seq, total
        if not self.followers:
            return b""
        batch = Batch(first, self.cursor, fresh, items, merged=False)
        data = self.form.encode(self.name, self.epoch, batch)
        if data and self._observed:
            self._ended += self._ledger.note(fresh)
        return data

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
        elif len(fresh) >= MAX_EVENTS:
            self._now(self)
