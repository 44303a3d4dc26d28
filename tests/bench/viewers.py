"""The load client: many viewers in one C process, which check what they get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from msgspec import Struct

from tests.bench import cache, machine
from tests.bench.child import Child

STALL_MS = 3000
READY_S = 120.0


class Wire(Struct, frozen=True, kw_only=True):
    """How viewers of a system join and what they count; see client/main.c.

    Attributes
    ----------
    say : tuple of str
        Text frames to send once connected; ``{room}`` is replaced, as in `path`.
    ready : str
        By this text the server shows that a viewer has joined.
    tag, want : str
        Where events have types, only those of type `want` hold chunks.
    is_whole : bool
        Each message holds the whole text so far.
    """

    protocol: str
    path: str
    ready: str = "hello"
    say: tuple[str, ...] = ()
    headers: str = ""
    auth: str = ""
    tag: str = ""
    want: str = ""
    is_whole: bool = False

    def options(self) -> list[str]:
        """Return the client's arguments."""
        return [
            f"protocol={self.protocol}",
            f"path={self.path}",
            f"ready={self.ready}",
            f"headers={self.headers}",
            f"auth={self.auth}",
            f"tag={self.tag}",
            f"want={self.want}",
            f"last={int(self.is_whole)}",
            *(f"say={text}" for text in self.say),
        ]


class Arrivals(Struct, frozen=True):
    """What all viewers together got since the last `reset`; times in µs."""

    deliveries: int
    missing: int
    repeated: int
    strange: int
    frames: int
    bytes: int
    reads: int
    span_s: float
    cpu_s: float
    p50_us: float
    p90_us: float
    p99_us: float
    max_us: float
    first_p50_us: float
    first_p99_us: float

    def fault(self, expected: int) -> str:
        """Return what was lost, doubled or misled; empty if every viewer got every chunk once."""
        counts = {
            "not delivered": max(expected - self.deliveries, 0),
            "skipped": self.missing,
            "delivered twice": self.repeated,
            "delivered to the wrong viewer": self.strange,
        }
        return ", ".join(f"{count:,} chunks {what}" for what, count in counts.items() if count)


class Viewers:
    """A running load client whose viewers have joined.

    Parameters
    ----------
    nap_us : int
        Flat out: sleep after each batch of reads, so that the client is not the bottleneck.
    receive_buffer : int
        Bytes that the operating system keeps for each of its sockets; 0: as it likes.
    """

    def __init__(
        self,
        wire: Wire,
        port: int,
        *,
        log: Path,
        connections: int,
        rooms: int,
        streams: int = 0,
        nap_us: int = 0,
        receive_buffer: int = 0,
        realtime: bool = False,
    ) -> None:
        sizes: Mapping[str, int] = {
            "port": port,
            "connections": connections,
            "rooms": rooms,
            "streams": streams,
            "nap": nap_us,
            "receive_buffer": receive_buffer,
        }
        command = [str(cache.viewers()), *(f"{key}={value}" for key, value in sizes.items())]
        self._child = Child(
            [*command, *wire.options()], log=log, cpu=machine.CLIENT_CPU, realtime=realtime
        )
        self.pid = self._child.pid
        try:
            self._child.line(READY_S)
        except BaseException:
            self._child.stop()
            raise

    def reset(self) -> None:
        """Forget what arrived: the next chunk of each stream is its first again."""
        self._child.say("reset")

    def wait(self, deliveries: int) -> None:
        """Return when so many chunks have arrived, or none for some seconds."""
        self._child.say(f"expect {deliveries} {STALL_MS}")
        self._child.line(120)

    def report(self) -> Arrivals:
        """Return what has arrived."""
        self._child.say("report")
        fields: dict[str, Any] = json.loads(self._child.line())
        return Arrivals(**fields)

    def __enter__(self) -> Self:
        """Use as a context manager that ends it."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End it."""
        self._child.stop()
