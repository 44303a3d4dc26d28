"""Rooms with a past: what a chunk costs then, and what a newcomer is sent."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.bench import cache, stores
from tests.bench.ours import OurServer
from tests.bench.reader import Reader
from tests.bench.scenarios.base import Columns, Reading, fresh_folder
from tests.bench.scenarios.streaming import play
from tests.bench.systems import OURS_WS, SYSTEMS
from tests.bench.viewers import Viewers
from tests.bench.work import Order

NEWCOMER = "500 messages"
LENGTHS = (0, 100, 1_000, 10_000)
ORDER = Order(rooms=1, streams=4, seconds=1.5)


def case_of(length: int) -> str:
    """Return the name of the case with so many earlier messages."""
    return f"{length:,} messages"


def prepared(folder: Path, length: int) -> str:
    """Return the URL of a fresh copy of a log with so many messages in ``room-0``."""
    version = stores.version()
    source = cache.FOLDER / "data" / f"messages-{length}-{version}.db"
    if length and not source.exists():
        partial = source.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        stores.with_messages(partial, length)
        partial.rename(source)
    copy = folder / "log.db"
    if length:
        shutil.copy(source, copy)
    return f"sqlite:///{copy}"


class History:
    """Stream flat out into a room with more and more earlier messages, before one viewer."""

    name = "history"
    about = "4 streams, flat out, one viewer, in a room with 0 to 10,000 earlier messages"
    base = case_of(0)
    columns: Columns = (
        ("chunk_cpu_us", "CPU µs per chunk", 1),
        ("chunk_cpu_us×", "× none", 2),
        ("per_s", "chunks/s", 0),
        ("client_share", "client CPU", 2),
    )

    def __init__(self, *, realtime: bool = False) -> None:
        self._realtime = realtime

    def cases(self) -> Sequence[str]:
        """Return the lengths."""
        return [case_of(length) for length in LENGTHS]

    def label(self, case: str) -> str:
        """Return the case itself."""
        return case

    def check(self, case: str) -> None:  # noqa: ARG002 - the interface
        """Need the load client alone."""
        SYSTEMS[OURS_WS].check()

    def measure(self, case: str) -> Reading:
        """Stream into a copy of a prepared log."""
        length = LENGTHS[self.cases().index(case)]
        with fresh_folder() as folder:
            url = prepared(folder, length)
            with OurServer(folder, database=url, realtime=self._realtime) as server:
                server.channels(1)
                viewers = Viewers(
                    SYSTEMS[OURS_WS].wire,
                    server.port,
                    log=folder / "viewers.log",
                    connections=1,
                    rooms=1,
                    streams=ORDER.streams,
                    nap_us=200,
                    realtime=self._realtime,
                )
                with viewers:
                    return play(server, viewers, ORDER, viewers_per_room=1)


class Connect:
    """What a newcomer to a room with 500 messages is sent until it stands in it."""

    name = "connect"
    about = "first connect to a room with 500 messages of 340 characters"
    base = ""
    columns: Columns = (
        ("connect_kb", "kB until subscribed", 1),
        ("shown", "messages in the snapshot", 0),
    )

    def cases(self) -> Sequence[str]:
        """Return the one case."""
        return [NEWCOMER]

    def label(self, case: str) -> str:
        """Return the case itself."""
        return case

    def check(self, case: str) -> None:
        """Need nothing."""

    def measure(self, case: str) -> Reading:  # noqa: ARG002 - the interface
        """Connect once."""
        with fresh_folder() as folder:
            url = prepared(folder, 500)
            with OurServer(folder, database=url) as server, Reader(server.url) as reader:
                snapshot = reader.subscribe(stores.ROOM)["snapshot"]
                shown = len(snapshot["messages"])
                fault = "" if shown else "the snapshot shows no message"
                figures = {"connect_kb": reader.received / 1e3, "shown": float(shown)}
                return Reading(figures, fault=fault)
