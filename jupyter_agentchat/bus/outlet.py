"""One connection's way out: everything that is written to it passes here, in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from jupyter_agentchat.bus.wire import Sink
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.close_codes import CloseCode

Shut = Callable[[CloseCode], None]
"""Closes the connection with a code; twice does nothing."""


class Held(Protocol):
    """A reading, as its outlet sees it."""

    @property
    def backlog(self) -> int:
        """Events that it has not been given."""
        ...

    @property
    def backlog_bytes(self) -> int:
        """JSON bytes of the events that others have been given since it fell behind."""
        ...

    @property
    def sent(self) -> int:
        """Bytes that its room has given to the socket for it, framing included."""
        ...

    def fall_behind(self) -> None:
        """Stop writing: the socket is blocked."""
        ...

    def go_on(self) -> None:
        """Write again what was missed: the socket is free."""
        ...

    def share(self, change: int) -> None:
        """Take note that it has company on its outlet (+1), or has lost it (-1)."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Outlet:
    """Joins what is due at one tick into one write, and knows whether the socket takes it.

    Guarantees
    ----------
    Order
        Bytes leave in the order in which they were given, by whatever method.
    Bound
        While the socket is blocked nothing more is taken: rooms keep their readers' place in the
        log instead, `send` waits, `offer` drops and counts. So what waits for one connection is
        what one tick, one page or one reply has brought.
    End
        After `close`, and once the peer has gone, everything is refused with DisconnectedError
        or, by `offer`, silently.

    Parameters
    ----------
    sink : Sink
        The socket; from now on nobody else writes messages to it.
    shut : callable
        Closes the connection; called when a reader is past its budget or has lost the log.

    Attributes
    ----------
    blocked : bool
        Whether bytes wait for the socket.
    merges : int
        Deltas that went out in another's message.
    dropped : int
        Ephemeral messages that were left out.
    backlog_max, queue_max_bytes : int
        Most events and most bytes that waited at a time.
    """

    def __init__(self, sink: Sink, shut: Shut) -> None:
        self.shut = shut
        self.blocked = False
        self.closed = False
        self.merges = self.dropped = 0
        self.backlog_max = self.queue_max_bytes = 0
        self.readings: list[Held] = []
        self.blockage: Callable[[Outlet], None] | None = None
        """Told each time the socket is blocked; set by the rooms."""
        self.give = sink.write
        """The socket itself, for rooms whose readers are not blocked; see `refused`."""
        self._sink = sink
        self._sent = 0
        self._due: list[bytes] = []
        self._stamps: list[list[int]] = []
        self._free: list[asyncio.Future[None]] = []
        sink.drained = self._drained

    def take(self, reading: Held) -> None:
        """Take a reading, and tell those that have company now."""
        self.readings.append(reading)
        count = len(self.readings)
        for each in self.readings if count == 2 else (reading,) if count > 2 else ():  # noqa: PLR2004
            each.share(+1)

    def release(self, reading: Held) -> None:
        """Let a reading go, and tell those that have no company now."""
        if reading in self.readings:
            self.readings.remove(reading)
            self._sent += reading.sent
        count = len(self.readings)
        for each in (*self.readings, reading) if count == 1 else (reading,) if count else ():
            each.share(-1)

    def add(self, data: bytes, stamps: list[int] | None) -> bool:
        """Take a frame for this tick; True if it is the first. `flush` must follow.

        Parameters
        ----------
        stamps : list of int or None
            Where to put the instant, in ns, at which the frame is handed to the socket.
        """
        self._due.append(data)
        if stamps is not None:
            self._stamps.append(stamps)
        return len(self._due) == 1

    def flush(self) -> None:
        """Write what is due, in one write; nothing if the peer has gone."""
        due = self._due
        if not due:
            return
        data = due[0] if len(due) == 1 else b"".join(due)
        due.clear()
        socket_ns = time.monotonic_ns()
        for stamps in self._stamps:
            stamps.append(socket_ns)
        self._stamps.clear()
        if not self.closed:
            try:
                is_free = self.give(data)
            except DisconnectedError:
                return
            if not is_free:
                self.refused()

    def write(self, data: bytes) -> None:
        """Write a frame now, after what is due.

        It is for callers that have seen that the outlet is not `blocked`; `send` waits for that.

        Raises
        ------
        DisconnectedError
            If the connection is gone.
        """
        self.flush()
        if self.closed:
            raise DisconnectedError("The connection is closed.")
        is_free = self.give(data)
        self._sent += len(data)
        if not is_free:
            self.refused()

    async def send(self, data: bytes) -> None:
        """Write a frame as soon as the socket is free (policy ``block``).

        Raises
        ------
        DisconnectedError
            If the connection is gone.
        """
        await self.free()
        self.write(data)

    def offer(self, data: bytes) -> None:
        """Write an ephemeral frame now, or drop it if the socket is blocked."""
        if self.blocked:
            self.dropped += 1
        elif not self.closed:
            try:
                self.write(data)
            except DisconnectedError:
                return

    async def free(self) -> None:
        """Return when nothing waits for the socket.

        Raises
        ------
        DisconnectedError
            If the connection is gone.
        """
        while self.blocked and not self.closed:
            future = asyncio.get_running_loop().create_future()
            self._free.append(future)
            await future
        if self.closed:
            raise DisconnectedError("The connection is closed.")

    def close(self) -> None:
        """End it and its readings; twice does nothing. The socket is closed by its owner."""
        self.closed = True
        for reading in list(self.readings):
            reading.close()
        self._due.clear()
        self._stamps.clear()
        self._wake()

    def waiting(self) -> int:
        """Return how many bytes wait for the socket."""
        return self._sink.waiting() if self.blocked else 0

    @property
    def sent(self) -> int:
        """Bytes given to the socket, framing included."""
        return self._sent + sum(reading.sent for reading in self.readings)

    @property
    def backlog_bytes(self) -> int:
        """JSON bytes of the events that the reading which is furthest behind has missed."""
        return max((reading.backlog_bytes for reading in self.readings), default=0)

    def measure(self) -> int:
        """Note what waits, for the statistics; returns the bytes."""
        waiting = self.waiting()
        self.queue_max_bytes = max(self.queue_max_bytes, waiting)
        backlog = sum(reading.backlog for reading in self.readings)
        self.backlog_max = max(self.backlog_max, backlog)
        return waiting

    def refused(self) -> None:
        """Take note that the socket did not take all of a write: it is blocked."""
        if self.blocked:
            return
        self.blocked = True
        self.measure()
        for reading in self.readings:
            reading.fall_behind()
        if self.blockage is not None:
            self.blockage(self)

    def _drained(self) -> None:
        if not self.blocked or self.closed:
            return
        self.measure()
        self.blocked = False
        self._wake()
        for reading in list(self.readings):
            if self.blocked:
                return
            reading.go_on()

    def _wake(self) -> None:
        waiting, self._free = self._free, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
