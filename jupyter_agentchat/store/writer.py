"""The writer: the one way into the durable log, as the event loop sees it."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.committer import Committer, Ticket, again
from jupyter_agentchat.store.pace import Pace
from jupyter_agentchat.store.rows import Appended, Row


class Writer:
    """Makes rows durable in one thread; used from one event loop.

    Guarantees
    ----------
    Order
        Rows are committed in the order of `put`, so what is durable is always a prefix.
    Group commit
        One transaction takes all that waits. Those with something that people did, or that
        somebody awaits, are synchronised with the disk; deltas alone are not.
    Bound
        At most `Pace.max_rows` and `Pace.max_bytes` wait, if producers await `admit` (policy
        `block`) before they put.
    Failure
        Nothing is dropped: whoever waits is told, and the same rows are tried again, at the next
        `put`, `flush` or `durable` and after a bounded pause, until it works.

    Parameters
    ----------
    store : Store
        Whoever opened it closes it, after the writer.
    clock : Clock
        Stamps commits and measures how long they take.
    pace : Pace
        Bounds and rests.
    """

    def __init__(self, store: Store, clock: Clock, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._put_rows = 0
        self._put_bytes = 0
        self._blocked: deque[asyncio.Future[None]] = deque()
        self._closed = False
        self._committer = Committer(store, clock, self._pace, self._release)
        self._enqueue = self._committer.queue.put

    @property
    def failing(self) -> StoreError | None:
        """Why the log cannot be written at present."""
        return self._committer.failing

    def durable_seq(self, channel: str) -> int:
        """Return a channel's last seq that this writer has committed; 0 before its first."""
        return self._committer.durable.get(channel, 0)

    def put(self, row: Row) -> None:
        """Hand over a row; those of one channel in seq order.

        Raises
        ------
        StoreError
            If the writer is closed.
        """
        if self._closed:
            raise StoreError("The writer is closed.")
        self._put_rows += 1
        if type(row) is Appended:
            self._put_bytes += len(row.publication.data)
        self._enqueue(row)
        if self._committer.failing is not None:
            self._committer.urgent.set()

    async def admit(self) -> None:
        """Return when there is room for more.

        Raises
        ------
        StoreError
            If the log cannot be written at present.
        """
        while not self.has_room():
            future = asyncio.get_running_loop().create_future()
            self._blocked.append(future)
            self._committer.urgent.set()
            # The thread may have made room before it could see who waits.
            if self.has_room():
                return
            await future

    async def durable(self, channel: str, seq: int) -> None:
        """Return when the channel's events up to `seq`, which were put, survive a power cut.

        Raises
        ------
        StoreError
            If they could not be written; they stay in the queue.
        """
        if not self._is_synced(channel, seq):
            await self._wait(full=True)

    async def flush(self) -> None:
        """Return when everything put so far is committed and can be read.

        Raises
        ------
        StoreError
            If it could not be written; it stays in the queue.
        """
        if self._committer.done_rows < self._put_rows:
            await self._wait(full=False)

    async def close(self) -> None:
        """Write everything, tidy up and end the thread; a second call does nothing.

        Raises
        ------
        StoreError
            If the last rows could not be written: they are lost.
        """
        if self._closed:
            return
        self._closed = True
        last = self._ticket(full=True)
        self._enqueue(None)
        try:
            await last
        finally:
            await asyncio.to_thread(self._committer.thread.join)

    async def _wait(self, *, full: bool) -> None:
        if self._closed:
            raise StoreError("The writer is closed.")
        await self._ticket(full=full)

    def _ticket(self, *, full: bool) -> asyncio.Future[None]:
        future = asyncio.get_running_loop().create_future()
        self._enqueue(Ticket(future, full))
        self._committer.urgent.set()
        return future

    def _is_synced(self, channel: str, seq: int) -> bool:
        committer = self._committer
        if seq > committer.durable.get(channel, 0):
            return False
        return seq < committer.unsynced.get(channel, seq + 1)

    def has_room(self) -> bool:
        """Tell whether `admit` would return at once; raises as it does."""
        committer = self._committer
        if committer.failing is not None:
            raise again(committer.failing)
        return (
            self._put_rows - committer.done_rows < self._pace.max_rows
            and self._put_bytes - committer.done_bytes < self._pace.max_bytes
        )

    def _release(self) -> None:
        """Wake who is blocked; called in the committer's thread."""
        while self._blocked:
            future = self._blocked.popleft()
            with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                future.get_loop().call_soon_threadsafe(_wake, future)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
