"""Server-Sent Events, as the WHATWG HTML standard §9.2 has them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tornado.iostream import StreamClosedError

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.subscription import Batch, Item
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.events import AnyEvent, first_seq, last_seq
from jupyter_agentchat.runtime.joined import Joined
from jupyter_agentchat.web.direct import leave_raw, sink_of, stream_under
from jupyter_agentchat.web.handlers import RestHandler
from jupyter_agentchat.web.heartbeat import Heartbeat
from jupyter_agentchat.web.sse_forms import EventForm, PartObserver, Selection

HEARTBEAT = b":\n\n"
"""A comment after some silence keeps proxies from closing the connection; see `SIGN_S`."""
CLOSING_S = 5.0
"""How long the end of a response waits for a socket that is blocked."""


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


class SSEHandler(RestHandler):
    """Follows a channel's log as fast as the client takes it."""

    _ended: asyncio.Future[None] | None = None
    _shut_code: CloseCode | None = None

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
        self._ended = asyncio.get_running_loop().create_future()
        self.backend.readers.add(self)
        outlet: Outlet | None = None
        try:
            outlet = await self._begin()
            connection.through(outlet)
            form = self._form(joined, only)
            if opening:
                outlet.write(form.framed(opening))
            observer = connection if only is None else PartObserver(connection, only)
            reading = service.read(joined, form, outlet, observer)
            beat = Heartbeat(outlet, form.framed(HEARTBEAT), self.backend.signs)
            try:
                await self._ended
            finally:
                beat.stop()
                reading.close()
            await self._finish(outlet)
        except (StreamClosedError, DisconnectedError):
            return
        finally:
            self.backend.readers.discard(self)
            if outlet is not None:
                outlet.close()
            service.disconnect(connection, self._shut_code)

    def rendered(self, joined: Joined, batch: Batch, only: Selection | None) -> bytes:
        """Return what to write of a batch; a dialect writes messages of its own."""
        return messages(joined.position.epoch, batch, only)

    def shut(self, code: CloseCode) -> None:
        """End the response; SSE has no close codes, and the client reconnects."""
        self._shut_code = self._shut_code or code
        self.on_connection_close()

    def on_connection_close(self) -> None:
        """Tornado's call when the client has left."""
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    @property
    def _is_chunked(self) -> bool:
        """Whether Tornado ends the body with a last chunk, so that it consists of chunks."""
        return self.request.version == "HTTP/1.1"

    async def _begin(self) -> Outlet:
        """Write the head; what follows does not pass through Tornado's output."""
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache, no-transform")
        self.set_header("X-Accel-Buffering", "no")
        leave_raw(self)
        await self.flush()
        return Outlet(sink_of(stream_under(self)), self.shut)

    def _form(self, joined: Joined, only: Selection | None) -> EventForm:
        """Return the form that all plain readers share, or one of this response's own."""
        chunked = self._is_chunked
        if only is None and type(self).rendered is SSEHandler.rendered:
            return EventForm(("sse", chunked), messages, is_chunked=chunked)

        def render(_: str, batch: Batch) -> bytes:
            data = self.rendered(joined, batch, only)
            if only is not None and only.is_over:
                self.on_connection_close()
            return data

        return EventForm(object(), render, is_chunked=chunked)

    async def _finish(self, outlet: Outlet) -> None:
        """Wait until the socket has taken it all; a client that takes nothing is cut off."""
        try:
            async with asyncio.timeout(CLOSING_S):
                await outlet.free()
        except TimeoutError:
            stream_under(self).close()
