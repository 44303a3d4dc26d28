"""A server under test: a peer that plays orders by lines, behind one small interface."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol, Self

from msgspec import Struct

from tests.bench import cache, machine
from tests.bench.child import Child, ChildError
from tests.bench.work import Order


class Produced(Struct, frozen=True):
    """How many chunks there were, and p50 and p99 of how late they were, in µs.

    Where rooms took turns also the slices; see `tests.bench.turns`.
    """

    produced: int
    late_us: tuple[float, ...] = ()
    slices: tuple[tuple[int, int, int], ...] = ()
    settled_ns: int = 0


class Server(Protocol):
    """A running server.

    Attributes
    ----------
    pids : list of int
        The processes whose CPU is counted.
    lead_per_stream_s : float
        What it takes to hand over an order, for each of its streams.
    """

    port: int
    pids: list[int]
    lead_per_stream_s: float

    def begin(self, order: Order) -> None:
        """Hand over an order; it begins at its `start_ns`."""
        ...

    def finish(self) -> Produced:
        """Wait for the end of the order."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PeerServer:
    """A peer of `tests/bench/peers`.

    Parameters
    ----------
    command : sequence of str
        ``{port}`` and ``{redis}`` are replaced; with the latter a Redis server is started.
    """

    lead_per_stream_s = 0.0  # one line for all

    def __init__(self, command: Sequence[str], folder: Path, *, realtime: bool = False) -> None:
        self.port = free_port()
        self.pids: list[int] = []
        self._running = ExitStack()
        self._seconds = 0.0
        with ExitStack() as starting:
            url = ""
            if "{redis}" in command:
                redis = starting.enter_context(RedisServer(folder, realtime=realtime))
                url = redis.url
                self.pids.append(redis.pid)
            words = [word.format(port=self.port, redis=url) for word in command]
            self._child = starting.enter_context(
                Child(
                    words,
                    log=folder / "peer.log",
                    cpu=machine.SERVER_CPU,
                    realtime=realtime,
                    environment=_environment(),
                    folder=cache.ROOT,
                )
            )
            self.pids.append(self._child.pid)
            self._child.line()
            self._running = starting.pop_all()

    def begin(self, order: Order) -> None:
        """Hand over an order."""
        self._seconds = order.seconds
        self._child.say(order.dumps())

    def finish(self) -> Produced:
        """Wait for the end of the order."""
        answer = json.loads(self._child.line(self._seconds * 3 + 60))
        return Produced(answer["produced"], tuple(answer["late_us"]))

    def stop(self) -> None:
        """End it."""
        self._running.close()


class RedisServer:
    """A Redis server that keeps nothing."""

    def __init__(self, folder: Path, *, realtime: bool = False) -> None:
        port = free_port()
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._child = Child(
            [cache.redis(), *options],
            log=folder / "redis.log",
            cpu=machine.SERVER_CPU,
            realtime=realtime,
            folder=folder,
        )
        self.pid = self._child.pid
        self.url = f"redis://127.0.0.1:{port}/0"
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                return
            time.sleep(0.02)
        self._child.stop()
        raise ChildError("redis-server did not come up")

    def __enter__(self) -> Self:
        """Use as a context manager that ends it."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End it."""
        self._child.stop()


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "NODE_PATH": str(cache.FOLDER / "npm/node_modules"),
        "PYTHONPATH": str(cache.ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
