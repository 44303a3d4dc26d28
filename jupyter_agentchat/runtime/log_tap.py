"""A tap on our own logger: the recent lines, and live ones for whoever may watch.

It takes everything from DEBUG on, whatever the console shows, and lets the console's handlers see
exactly what they saw without it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from jupyter_agentchat.runtime.logs import LogFilters, LogLine, line_of

LOGGER = logging.getLogger("jupyter_agentchat")
KEPT = 2000
"""Lines that `recent` can return."""
WAITING = 1000
"""Lines that wait for the loop; the oldest are dropped."""

_MARK = logging.DEBUG - 1
"""Our level while a tap is open, told apart from a level that somebody chose."""

Sink = Callable[[LogLine], None]
"""Takes a line at once, on the loop; one that raises is taken off."""


class LogSubscription:
    """One watcher; `filters` may be changed at any time."""

    def __init__(self, tap: LogTap, filters: LogFilters, sink: Sink) -> None:
        self.filters = filters
        self.sink = sink
        self._tap = tap

    def close(self) -> None:
        """End it; twice does nothing."""
        self._tap.drop(self)


class LogTap:
    """The log of one service.

    Guarantees
    ----------
    Order
        Every watcher gets the lines in the order in which they were logged.
    Bound
        Logging never waits: a line is put into two bounded queues, in any thread, and delivered
        by the loop. What is logged while lines are delivered is kept but not delivered.
    """

    def __init__(self) -> None:
        self._kept: deque[LogLine] = deque(maxlen=KEPT)
        self._waiting: deque[LogLine] = deque(maxlen=WAITING)
        self._watchers: list[LogSubscription] = []
        self._secrets: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_scheduled = False
        self._is_delivering = False

    def open(self) -> None:
        """Begin to listen; deliver on the running loop."""
        self._loop = asyncio.get_running_loop()
        _relay.add(self)

    def close(self) -> None:
        """Stop listening and let go of all watchers."""
        _relay.remove(self)
        self._watchers.clear()
        self._loop = None

    def hide(self, secret: str) -> None:
        """Show a secret in no line."""
        if secret:
            self._secrets.add(secret)

    def subscribe(self, filters: LogFilters, sink: Sink) -> LogSubscription:
        """Add a watcher from now on."""
        subscription = LogSubscription(self, filters, sink)
        self._watchers.append(subscription)
        return subscription

    def drop(self, subscription: LogSubscription) -> None:
        """Take a watcher off; twice does nothing."""
        if subscription in self._watchers:
            self._watchers.remove(subscription)

    def recent(self, filters: LogFilters | None = None, limit: int = KEPT) -> list[LogLine]:
        """Return the newest lines that pass, the oldest first."""
        wanted = filters or LogFilters()
        return [line for line in list(self._kept) if wanted.passes(line)][-limit:]

    def take(self, record: logging.LogRecord) -> None:
        """Take a record, in whatever thread it was logged."""
        line = line_of(record, tuple(self._secrets))
        self._kept.append(line)
        loop = self._loop
        if loop is None or not self._watchers or self._is_delivering:
            return
        self._waiting.append(line)
        if not self._is_scheduled:
            self._is_scheduled = True
            loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_scheduled = False
        self._is_delivering = True
        try:
            while self._waiting:
                line = self._waiting.popleft()
                for watcher in tuple(self._watchers):
                    if watcher.filters.passes(line):
                        self._give(watcher, line)
        finally:
            self._is_delivering = False

    def _give(self, watcher: LogSubscription, line: LogLine) -> None:
        try:
            watcher.sink(line)
        except Exception:  # noqa: BLE001 - a watcher that fails must not log, or it would go on for ever
            self.drop(watcher)


class _Relay(logging.Handler):
    """Our logger's one handler while any tap is open; hands on what the console would have seen."""

    def __init__(self) -> None:
        super().__init__()
        self._taps: tuple[LogTap, ...] = ()
        self._before = (logging.NOTSET, True)
        self._changing = threading.Lock()

    def add(self, tap: LogTap) -> None:
        with self._changing:
            if not self._taps:
                self._before = LOGGER.level, LOGGER.propagate
                LOGGER.setLevel(_MARK)
                LOGGER.propagate = False
                LOGGER.addHandler(self)
            self._taps = (*self._taps, tap)

    def remove(self, tap: LogTap) -> None:
        with self._changing:
            if tap not in self._taps:
                return
            self._taps = tuple(each for each in self._taps if each is not tap)
            if not self._taps:
                LOGGER.removeHandler(self)
                level, LOGGER.propagate = self._before
                if LOGGER.level == _MARK:
                    LOGGER.setLevel(level)

    def emit(self, record: logging.LogRecord) -> None:
        for tap in self._taps:
            with suppress(Exception):  # logging raises at nobody: a closed loop, a bad format
                tap.take(record)
        level, propagates = self._before
        if propagates and LOGGER.parent is not None and _passes(record, level):
            LOGGER.parent.callHandlers(record)


def _passes(record: logging.LogRecord, level_before: int) -> bool:
    """Tell whether a record would have been logged without the tap."""
    logger: logging.Logger | None = logging.getLogger(record.name)
    while logger is not None:
        level = level_before if logger is LOGGER and logger.level == _MARK else logger.level
        if level:
            return record.levelno >= level
        logger = logger.parent
    return True


_relay = _Relay()
