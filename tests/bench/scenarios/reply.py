"""One reply of an agent: what it weighs on the wire and on the disk."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.ours import OurServer
from tests.bench.reader import Reader
from tests.bench.scenarios.base import Columns, Reading, fresh_folder

AS_IT_COMES = "read as it comes"
STANDING = "a reader that stands still until it is over"
RETURNING = "a reader that comes back when it is over"
ON_DISK = "on disk"
WIRE_ORDER = {"chunks": 4000, "chars": 6, "ttft_ms": 100, "icl_ms": 1}
WIRE_S = 5.0
"""The whole reply, and a second more."""
DISK_ORDER = {"chunks": 1000, "chars": 6, "pace": False}
DISK_REPLIES = 20
SMALL_BUFFER = 4096
CHANNEL = "room-0"


class Reply:
    """Ask the synthetic agent, and weigh what its answer makes."""

    name = "reply"
    about = (
        "one reply of 24 kB in 4,000 chunks, 1 ms apart, on the wire to one client; "
        "and one of 6 kB in 1,000 chunks on disk, the mean of 20 after the server has stopped"
    )
    base = ""
    columns: Columns = (("kb", "kB", 1), ("batches", "batches", 0))

    def cases(self) -> Sequence[str]:
        """Return the ways to look at it."""
        return AS_IT_COMES, STANDING, RETURNING, ON_DISK

    def label(self, case: str) -> str:
        """Return the case itself."""
        return case

    def check(self, case: str) -> None:
        """Need nothing."""

    def measure(self, case: str) -> Reading:
        """Ask once, or often for the disk."""
        with fresh_folder() as folder:
            if case == ON_DISK:
                return _on_disk(folder)
            with OurServer(folder) as server:
                server.channels(1)
                if case == RETURNING:
                    return _come_back(server)
                return _stay(server, stands_still=case == STANDING)


def _stay(server: OurServer, *, stands_still: bool) -> Reading:
    buffer = SMALL_BUFFER if stands_still else 0
    with Reader(server.url, receive_buffer=buffer) as reader:
        reader.subscribe(CHANNEL)
        before = reader.received
        _ask(server, WIRE_ORDER)
        if stands_still:
            time.sleep(WIRE_S)
        return _weigh(reader, before)


def _come_back(server: OurServer) -> Reading:
    with Reader(server.url) as reader:
        position = reader.subscribe(CHANNEL)["position"]
    _ask(server, WIRE_ORDER, mode="sync")
    with Reader(server.url) as reader:
        is_exact = reader.subscribe(CHANNEL, after=position)["recovered"]
        reading = _weigh(reader, 0)
        return reading if is_exact else Reading({}, fault="the position was not resumed")


def _weigh(reader: Reader, before: int) -> Reading:
    text, end, batches = _follow(reader)
    fault = "" if text == end["text"] else "the chunks are not the text of the end"
    figures = {"kb": (reader.received - before) / 1e3, "batches": float(batches)}
    return Reading(figures, fault=fault)


def _follow(reader: Reader) -> tuple[str, dict[str, Any], int]:
    """Return the text of all chunks, the event that ended them, and the batches it took."""
    text, batches = "", 0
    for frame in reader:
        if frame["op"] != "events":
            continue
        batches += 1
        for event in frame["events"]:
            if event["type"] == "stream.delta":
                text += event["text"]
            elif event["type"] == "stream.completed":
                return text, event, batches
    raise AssertionError


def _on_disk(folder: Path) -> Reading:
    sizes = []
    for replies in (0, DISK_REPLIES):
        place = folder / str(replies)
        with OurServer(place) as server:
            server.channels(1)
            for _ in range(replies):
                _ask(server, DISK_ORDER, mode="sync")
        sizes.append(sum(file.stat().st_size for file in place.glob("log.db*")))
    return Reading({"kb": (sizes[1] - sizes[0]) / DISK_REPLIES / 1e3})


def _ask(server: OurServer, order: dict[str, Any], mode: str = "async") -> None:
    body = {"text": "Go", "agents": ["synthetic"], "metadata": {"synthetic": order}, "mode": mode}
    server.http.post(f"api/channels/{CHANNEL}/messages", json=body).raise_for_status()
