"""A store whose writing a test holds back, fails and looks at."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import cast

from jupyter_agentchat.protocol.events import AnyEvent, StreamDelta
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.store.rows import Appended, Row
from tests.conformance.store.making import rows
from tests.properties.strategies import LogWriter

WAIT_S = 20.0
"""Longer than anything here takes; only a failure waits for so long."""


class Disk:
    """Records what a writer does to a store.

    Attributes
    ----------
    error : Exception or None
        What `write` raises.
    open : Event
        While it is clear, `write` waits.
    writing, written, tidied : Semaphore
        Count the begun and finished writes and the quiet housekeeping.
    """

    epoch = "epoch"

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.tidy_error: Exception | None = None
        self.open = threading.Event()
        self.open.set()
        self.writing = threading.Semaphore(0)
        self.written = threading.Semaphore(0)
        self.tidied = threading.Semaphore(0)
        self.batches: list[tuple[list[Row], bool]] = []
        self.instants: list[tuple[str, int, int, int]] = []

    @property
    def seqs(self) -> list[list[int]]:
        """The seqs of each batch's events."""
        return [
            [row.publication.seq for row in batch if isinstance(row, Appended)]
            for batch, _ in self.batches
        ]

    @property
    def fulls(self) -> list[bool]:
        return [full for _, full in self.batches]

    @property
    def store(self) -> Store:
        return cast("Store", self)

    def write(self, batch: Sequence[Row], *, full: bool) -> None:
        self.writing.release()
        assert self.open.wait(WAIT_S)
        if self.error is not None:
            raise self.error
        self.batches.append((list(batch), full))
        self.written.release()

    def committed(self, channel: str, first: int, last: int, store_ns: int) -> None:
        self.instants.append((channel, first, last, store_ns))

    def tidy(self, *, quiet: bool) -> bool:
        if quiet:
            self.tidied.release()
        if self.tidy_error is not None:
            raise self.tidy_error
        return False


def chunks(count: int, first: int = 1) -> list[Appended]:
    """Rows of one stream's chunks."""
    deltas: list[AnyEvent] = [
        StreamDelta(seq=seq, t=seq, stream="s", index=seq, text="x")
        for seq in range(first, first + count)
    ]
    return rows(deltas)


def fact(seq: int) -> Appended:
    """A row of something that a person did."""
    log = LogWriter("lab")
    log.events = log.events[:1] * (seq - 1)
    log.message("Hello")
    return rows(log.events[-1:])[0]
