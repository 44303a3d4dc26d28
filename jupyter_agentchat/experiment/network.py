"""A worse network between a client and a server, for teaching: a TCP proxy on this machine.

What it does to bytes is what TCP would show an application: they come late and in order, never
lost. A lost segment is one that comes a retransmission time-out later (RFC 6298: 200 ms and more in
practice), and holds up all that follow it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random
from types import TracebackType
from typing import Annotated, Any, Final, Self

import msgspec
from msgspec import Meta, Struct

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK

KEY: Final = "network"
"""Of a setting: the network under which its trials are made."""
_READ: Final = 65_536
_NS: Final = 1_000_000_000
_MS: Final = 1_000_000

Millis = Annotated[float, Meta(ge=0, le=60_000)]


class Network(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a network adds, in each direction.

    Attributes
    ----------
    latency_ms : float
        To every segment.
    jitter_ms : float
        At most so much more, uniform; order is kept.
    loss : float
        The chance that a segment comes `retransmit_ms` later.
    stall_every_ms, stall_ms : float
        Nothing passes for `stall_ms` at the end of every `stall_every_ms`.
    seed : int
        Of all chances.
    """

    latency_ms: Millis = 0.0
    jitter_ms: Millis = 0.0
    loss: Annotated[float, Meta(ge=0, lt=1)] = 0.0
    retransmit_ms: Millis = 200.0
    stall_every_ms: Millis = 0.0
    stall_ms: Millis = 0.0
    seed: Annotated[int, Meta(ge=0)] = 0


def read_network(setting: str, order: object) -> Network:
    """Return the network that a setting orders.

    Raises
    ------
    InvalidInputError
        If a key or a value is wrong; the sentence names the setting and the key.
    """
    try:
        network = msgspec.convert(order, Network)
    except msgspec.ValidationError as error:
        names = ", ".join(Network.__struct_fields__)
        message = f"The network of the setting {setting!r} is wrong: {error}; it takes {names}."
        raise InvalidInputError(message) from None
    if network.stall_ms and network.stall_ms >= network.stall_every_ms:
        message = f"The network of the setting {setting!r} stalls all the time: stall_every_ms"
        raise InvalidInputError(f"{message} must be more than stall_ms.")
    return network


class Delays:
    """When each segment of one direction may pass; pure, so that it can be tested without time."""

    def __init__(self, network: Network, name: str, start_ns: int) -> None:
        self._network = network
        self._chance = Random(f"{network.seed}/{name}").random  # noqa: S311 - no secret
        self._start_ns = start_ns
        self._last_ns = start_ns

    def due(self, now_ns: int) -> int:
        """Return the instant at which a segment that came `now_ns` passes; never decreasing."""
        net = self._network
        late_ms = net.latency_ms + net.jitter_ms * self._chance()
        if self._chance() < net.loss:
            late_ms += net.retransmit_ms
        at_ns = max(now_ns + round(late_ms * _MS), self._last_ns)
        if net.stall_ms:
            period = round(net.stall_every_ms * _MS)
            into = (at_ns - self._start_ns) % period
            if into >= period - round(net.stall_ms * _MS):
                at_ns += period - into
        self._last_ns = at_ns
        return at_ns


class Proxy:
    """Listens on this machine and passes bytes to `host`:`port` through a network."""

    def __init__(self, host: str, port: int, network: Network) -> None:
        self._host = host
        self._port = port
        self._network = network
        self._count = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        if self._server is None:
            message = "The proxy is not open."
            raise RuntimeError(message)
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a callback of the server runs in one
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._count += 1
        number = self._count
        with suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pass(reader, far_writer, f"{number}/up"))
                    group.create_task(self._pass(far_reader, writer, f"{number}/down"))
            except* OSError:
                pass  # one side is gone; so is the other now
            finally:
                far_writer.close()
        writer.close()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str
    ) -> None:
        """Pass one direction on until its end; what is under way waits in a bounded queue."""
        delays = Delays(self._network, name, SYSTEM_CLOCK.monotonic_ns())
        waiting: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue(1024)

        async def write() -> None:
            while True:
                due_ns, data = await waiting.get()
                await _until(due_ns, SYSTEM_CLOCK.monotonic_ns)
                if not data:
                    with suppress(OSError):
                        writer.write_eof()
                    return
                writer.write(data)
                await writer.drain()

        async with asyncio.TaskGroup() as group:
            group.create_task(write())
            data = b" "
            while data:
                data = await reader.read(_READ)
                await waiting.put((delays.due(SYSTEM_CLOCK.monotonic_ns()), data))


async def _until(due_ns: int, now: Callable[[], int]) -> None:
    wait_ns = due_ns - now()
    if wait_ns > 0:
        await asyncio.sleep(wait_ns / _NS)
