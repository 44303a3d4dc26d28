"""Coming back: how long 1,000 missed chunks take, from the first byte to the last chunk."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.ours import OurServer
from tests.bench.reader import Reader
from tests.bench.scenarios.base import Columns, Reading, fresh_folder

WS = "WebSocket"
SSE = "SSE"
RESTARTED = "WebSocket, from the disk"
MISSED = 1_000
RESUMES = 200
ORDER = {"chunks": MISSED, "chars": 6, "pace": False}
CHANNEL = "room-0"
MS = 1e3

Events = Iterator[dict[str, Any]]


class Resume:
    """Come back again and again to the position before one reply, each time on a new connection."""

    name = "resume"
    about = (
        f"{RESUMES} resumes of {MISSED:,} missed chunks, one after the other, "
        "from the connection's first byte to the last chunk"
    )
    base = ""
    columns: Columns = (("p50_ms", "p50 ms", 1), ("p99_ms", "p99 ms", 1), ("max_ms", "max ms", 1))

    def cases(self) -> Sequence[str]:
        """Return the ways to come back."""
        return WS, SSE, RESTARTED

    def label(self, case: str) -> str:
        """Return the case itself."""
        return case

    def check(self, case: str) -> None:
        """Need nothing."""

    def measure(self, case: str) -> Reading:
        """Let a reply be missed, and come back to it."""
        with fresh_folder() as folder:
            with OurServer(folder) as server:
                server.channels(1)
                position, text = _miss(server)
                if case != RESTARTED:
                    return _resume(server, _stream if case == SSE else _socket, position, text)
            return _after_restart(folder, position, text)


def _after_restart(folder: Path, position: str, text: str) -> Reading:
    """Resume on a new server, whose memory holds nothing of the channel."""
    with OurServer(folder) as server:
        return _resume(server, _socket, position, text)


def _miss(server: OurServer) -> tuple[str, str]:
    """Return the position before a reply, and what it said."""
    position: str = server.http.get(f"api/channels/{CHANNEL}").json()["position"]
    body = {
        "text": "Go",
        "agents": ["synthetic"],
        "metadata": {"synthetic": ORDER},
        "mode": "sync",
    }
    answer = server.http.post(f"api/channels/{CHANNEL}/messages", json=body).raise_for_status()
    return position, answer.json()["replies"][0]["text"]


def _resume(
    server: OurServer, come: Callable[[OurServer, str], Events], position: str, text: str
) -> Reading:
    took: list[float] = []
    for _ in range(RESUMES):
        begun = time.perf_counter()
        got = "".join(
            event["text"] for event in come(server, position) if event["type"] == "stream.delta"
        )
        took.append(time.perf_counter() - begun)
        if got != text:
            return Reading({}, fault="the text that came is not the text that was missed")
    took.sort()
    figures = {
        "p50_ms": took[len(took) // 2] * MS,
        "p99_ms": took[len(took) * 99 // 100] * MS,
        "max_ms": took[-1] * MS,
    }
    return Reading(figures)


def _socket(server: OurServer, position: str) -> Events:
    """Yield the missed events up to the reply's end; none if the position was not resumed."""
    with Reader(server.url) as reader:
        if not reader.subscribe(CHANNEL, after=position)["recovered"]:
            return
        for frame in reader:
            for event in frame.get("events", ()):
                yield event
                if event["type"] == "stream.completed":
                    return


def _stream(server: OurServer, position: str) -> Events:
    """Yield the same from Server-Sent Events."""
    path = f"api/channels/{CHANNEL}/events"
    with server.http.stream("GET", path, headers={"Last-Event-ID": position}) as response:
        for line in response.iter_lines():
            if not line.startswith("data: "):
                continue
            event = json.loads(line.removeprefix("data: "))
            if "op" in event:
                if not event["recovered"]:
                    return
                continue
            yield event
            if event["type"] == "stream.completed":
                return
