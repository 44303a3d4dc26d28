"""Server-Sent Events, as the WHATWG HTML standard §9.2 has them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError

from jupyter_agentchat.bus.subscription import Batch, Item, Subscription
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.events import AnyEvent, first_seq, last_seq
from jupyter_agentchat.runtime.connection import Connection
from jupyter_agentchat.runtime.service import Joined
from jupyter_agentchat.web.handlers import RestHandler

HEARTBEAT_S = 10.0
"""A comment after so much silence keeps proxies from closing the connection."""
HEARTBEAT = b":\n\n"


def message(event: str, data: bytes, position: str | None = None) -> bytes:
    """Return one message; `data` is JSON and so holds no line break."""
    id_ = b"" if position is None else b"id: %b\n" % position.encode()
    return b"%bevent: %b\ndata: %b\n\n" % (id_, event.encode(), data)


def complete_after(items: Sequence[Item]) -> list[int | None]:
    """Return for each item the seq at which a reader stands after it, None where it is between.

    A merged delta spans seqs of others. After an item the reader has a prefix of the log, and
    may resume from its end, only if nothing that follows reaches below it.
    """
    out: list[int | None] = []
    following: float = float("inf")
    firsts: list[float] = []
    for item in reversed(items):
        firsts.append(following)
        following = min(following, first_seq(item.event))
    done = 0
    for item, after in zip(items, reversed(firsts), strict=True):
        done = max(done, last_seq(item.event))
        out.append(done if done < after else None)
    return out


def messages(epoch: str, batch: Batch, wanted: Callable[[AnyEvent], bool] | None = None) -> bytes:
    """Return those events of a batch that are `wanted`, as messages."""
    out: list[bytes] = []
    for item, seq in zip(batch.items, complete_after(batch.items), strict=True):
        if wanted is None or wanted(item.event):
            kind = str(type(item.event).__struct_config__.tag)
            out.append(message(kind, item.data, None if seq is None else f"{epoch}:{seq}"))
    return b"".join(out)


class Selection(Protocol):
    """Which events a response is about, and when it has them all."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more belongs to it."""
        ...

    def __call__(self, event: AnyEvent) -> bool:
        """Tell whether to write `event`; called once for each, in order."""
        ...

    def belongs(self, event: AnyEvent) -> bool:
        """Tell whether `event` is part of it."""
        ...


class SSEHandler(RestHandler):
    """Follows a channel's log as fast as the client takes it."""

    _subscription: Subscription | None = None

    async def follow(
        self,
        joined: Joined,
        *,
        opening: bytes = b"",
        after: str | None = None,
        only: Selection | None = None,
    ) -> None:
        """Write `opening` and then the log, until the client leaves or `only` is over."""
        service = self.service
        connection = service.connect("sse", self.author)
        connection.resumed(after, recovered=joined.recovered)
        self._subscription = joined.subscription
        self.backend.readers.add(self)
        heart: asyncio.Task[None] | None = None
        try:
            await self._begin(opening)
            heart = asyncio.create_task(self._beat())
            async for batch in joined.subscription:
                await self._write_batch(joined, batch, connection, only)
                if only is not None and only.is_over:
                    break
        except StreamClosedError:
            return
        finally:
            joined.subscription.close()
            self.backend.readers.discard(self)
            service.disconnect(connection)
            if heart is not None:
                heart.cancel()

    def shut(self, code: CloseCode) -> None:  # noqa: ARG002 - SSE has no close codes
        """End the response; the client reconnects."""
        self.on_connection_close()

    def on_connection_close(self) -> None:
        """Tornado's call when the client has left."""
        if self._subscription is not None:
            self._subscription.close()

    async def _begin(self, opening: bytes) -> None:
        self._writing = asyncio.Lock()
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache, no-transform")
        self.set_header("X-Accel-Buffering", "no")
        _no_delay(self.request)
        await self._send(opening)

    async def _write_batch(
        self, joined: Joined, batch: Batch, connection: Connection, only: Selection | None
    ) -> None:
        data = messages(joined.position.epoch, batch, only)
        if not data:
            return
        socket_ns = connection.now_ns()
        await self._send(data)
        connection.count(sent=len(data))
        written = batch.publications
        if only is not None:
            written = [each for each in written if only.belongs(each.event)]
        connection.delivered(
            joined.log.channel.id,
            written,
            joined.subscription.replay_until,
            socket_ns=socket_ns,
        )

    async def _send(self, data: bytes) -> None:
        """Write and wait until the socket has taken it; one flush at a time, as Tornado asks."""
        async with self._writing:
            self.write(data)
            await self.flush()
        self._last_write = asyncio.get_running_loop().time()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        with suppress(StreamClosedError):
            while True:
                await asyncio.sleep(self._last_write + HEARTBEAT_S - loop.time())
                if loop.time() - self._last_write >= HEARTBEAT_S:
                    await self._send(HEARTBEAT)


def _no_delay(request: HTTPServerRequest) -> None:
    stream = getattr(request.connection, "stream", None)
    if stream is not None:
        stream.set_nodelay(True)
