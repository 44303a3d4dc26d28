"""The thread that makes rows durable: one transaction takes all that waits."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import NamedTuple

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.pace import Pace
from jupyter_agentchat.store.rows import Appended, Row

_NS = 1_000_000_000
_log = logging.getLogger(__name__)


class Ticket(NamedTuple):
    """Somebody waits until everything put before is committed."""

    future: asyncio.Future[None]
    full: bool
    """And safe from a power cut."""


class _Span:
    """Seqs of one channel in a batch."""

    __slots__ = ("deltas", "first", "last")

    def __init__(self, first: int) -> None:
        self.first = self.last = first
        self.deltas = False


class Committer:
    """Takes rows from a queue and commits them, in its own thread.

    What other threads may use: `queue`, `urgent`, and to read, the other public attributes.

    Parameters
    ----------
    store, clock, pace
        See `Writer`.
    progressed : callable
        Called in the thread after each commit and each failure.
    """

    def __init__(
        self, store: Store, clock: Clock, pace: Pace, progressed: Callable[[], None]
    ) -> None:
        self.queue: SimpleQueue[Row | Ticket | None] = SimpleQueue()
        """Rows and tickets in order; None ends the thread."""
        self.urgent = threading.Event()
        """Set to end a rest."""
        self.failing: StoreError | None = None
        self.done_rows = 0
        self.done_bytes = 0
        self.durable: dict[str, int] = {}
        """Last committed seq by channel."""
        self.unsynced: dict[str, int] = {}
        """First seq by channel that a power cut could still take."""
        self._store, self._clock, self._pace = store, clock, pace
        self._progressed = progressed
        self._rows: list[Row] = []
        self._bytes = 0
        self._tickets: list[Ticket] = []
        self._spans: dict[str, _Span] = {}
        self._full = False
        self._stopping = False
        self._emptied = False
        self._untidy = True
        self._pause = pace.retry
        self.thread = threading.Thread(target=self._run, name="agentchat-writer", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self._stopping:
            if self.failing is not None:
                self.urgent.wait(self._pause)
            elif not self._wait():
                self._tidy(quiet=True)
                continue
            self.urgent.clear()
            self._collect()
            taken_ns = self._clock.monotonic_ns()
            may_rest = self._commit()
            self._tidy(quiet=False)
            if may_rest:
                # What waits now came after that, so none of it is older.
                age = (self._clock.monotonic_ns() - taken_ns) / _NS
                self.urgent.wait(max(0.0, self._pace.oldest - age))
        self._tidy(quiet=True)

    def _wait(self) -> bool:
        """Wait for something to do; False if it stayed quiet."""
        try:
            self._take(self.queue.get(timeout=self._pace.quiet if self._untidy else None))
        except Empty:
            return False
        return True

    def _collect(self) -> None:
        self._emptied = False
        while len(self._rows) < self._pace.batch or self.failing:
            try:
                self._take(self.queue.get_nowait())
            except Empty:
                self._emptied = True
                return

    def _take(self, item: Row | Ticket | None) -> None:
        if isinstance(item, Appended):
            self._rows.append(item)
            publication = item.publication
            self._bytes += len(publication.data)
            span = self._spans.get(item.channel)
            if span is None:
                span = self._spans[item.channel] = _Span(publication.seq)
            span.last = publication.seq
            if isinstance(publication.event, StreamDelta):
                span.deltas = True
            elif not hasattr(publication.event, "stream"):
                # What people do is acknowledged: its ticket is on the way, if not here yet.
                self._full = True
        elif isinstance(item, Ticket):
            self._tickets.append(item)
            self._full = self._full or item.full
        elif item is None:
            self._stopping = True
        else:
            self._rows.append(item)

    def _commit(self) -> bool:
        """Commit what was taken; return whether to rest then: nobody waits, nothing is left."""
        rows, full = self._rows, self._full
        try:
            if rows or (full and self.unsynced):
                self._store.write(rows, full=full)
        except StoreError as error:
            self._fail(error)
            return False
        except Exception as error:  # noqa: BLE001 - it is told to all who wait, and kept
            _log.exception("The store failed in a way it should not")
            self._fail(StoreError(f"The store failed: {error!r}."))
            return False
        self._succeed(self._clock.monotonic_ns())
        return self._emptied and not full

    def _succeed(self, store_ns: int) -> None:
        # The loop may look at any moment: each thing is said only when what it implies is true.
        for channel, span in self._spans.items():
            if span.deltas:
                self._store.committed(channel, span.first, span.last, store_ns)
            if not self._full:
                self.unsynced.setdefault(channel, span.first)
            self.durable[channel] = span.last
        if self._full:
            self.unsynced.clear()
        if self.failing is not None:
            _log.warning("The log is written again.")
            self.failing = None
        self.done_bytes += self._bytes
        self.done_rows += len(self._rows)
        self._rows, self._bytes, self._spans, self._full = [], 0, {}, False
        self._untidy = True
        self._pause = self._pace.retry
        self._settle(None)

    def _fail(self, error: StoreError) -> None:
        if self.failing is None:
            _log.error("The log cannot be written: %s", error)
        else:
            self._pause = min(self._pause * 2, self._pace.longest_retry)
        self.failing = error
        self._settle(error)

    def _settle(self, error: StoreError | None) -> None:
        """Tell everybody who waits how it went."""
        tickets, self._tickets = self._tickets, []
        loops = {ticket.future.get_loop() for ticket in tickets}
        for loop in loops:
            futures = [each.future for each in tickets if each.future.get_loop() is loop]
            with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                loop.call_soon_threadsafe(_resolve, futures, error)
        self._progressed()

    def _tidy(self, *, quiet: bool) -> None:
        """Keep house while nothing waits; what fails here is done another time."""
        until = self._clock.monotonic_ns() + int(self._pace.closing * _NS)
        try:
            while self.failing is None and self.queue.empty() and self._store.tidy(quiet=quiet):
                if self._stopping and self._clock.monotonic_ns() > until:
                    return
        except StoreError as error:
            _log.warning("The log cannot be tidied up now: %s", error)
        except Exception:  # noqa: BLE001 - housekeeping must not end the thread
            _log.exception("Tidying up failed in a way it should not")
        self._untidy = self._untidy and not quiet


def again(error: StoreError) -> StoreError:
    """Return an error to raise for each who is told: a raised one grows with its tracebacks."""
    return type(error)(*error.args)


def _resolve(futures: Sequence[asyncio.Future[None]], error: StoreError | None) -> None:
    for future in futures:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(again(error))
