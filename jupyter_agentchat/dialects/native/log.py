"""``GET api/log/{table}``: the log's tables, as the frames have them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import cast

from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError
from tornado.web import authenticated

from jupyter_agentchat.errors import AgentChatError, NotFoundError
from jupyter_agentchat.frames.tables import READABLE, pieces, table
from jupyter_agentchat.frames.when import to_us
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.web.handlers import RestHandler

_ARROW = "application/vnd.apache.arrow.stream"


class LogHandler(RestHandler):
    """Tables of one channel or of all; they read everything that has happened."""

    @authenticated
    async def get(self, name: str) -> None:
        """Send a table in the format that ``?format=`` names, Arrow by default."""
        if name not in READABLE:
            raise NotFoundError(f"There is no table {name!r}; the log has {', '.join(READABLE)}.")
        channel = self.get_query_argument("channel", None)
        if channel is not None:
            await self.service.channel(channel)
        since, until = self._instant("since"), self._instant("until")
        format_ = self.get_query_argument("format", "arrow")
        await self.service.settle()
        store = self.service.store
        self.set_header("Cache-Control", "no-store")
        self.set_attachment_header(f"{name}.{format_}")
        if format_ == "arrow":
            await self._send(pieces(store, name, channel=channel, since=since, until=until))
            return
        data, media_type = await asyncio.to_thread(
            _encoded, store, name, channel, (since, until), format_
        )
        self.set_header("Content-Type", media_type)
        self.finish(data)

    async def _send(self, found: Iterator[bytes]) -> None:
        """Send pieces as the reader takes them; where one fails, the reader sees no end."""
        piece = await asyncio.to_thread(next, found, b"")
        self.set_header("Content-Type", _ARROW)
        try:
            while piece:
                self.write(piece)
                await self.flush()
                piece = await asyncio.to_thread(next, found, b"")
        except StreamClosedError:
            return
        except AgentChatError:
            self.log.exception("A table of the log cannot be read to its end")
            cast("HTTP1Connection", self.request.connection).close()
            return
        self.finish()

    def _instant(self, name: str) -> int | None:
        """Return an argument that is wall microseconds, or ISO 8601 text, as microseconds."""
        text = self.get_query_argument(name, None)
        if text is None or text.isdigit():
            return self.number(name)
        return to_us(text, name)


def _encoded(
    store: Store, name: str, channel: str | None, span: tuple[int | None, int | None], format_: str
) -> tuple[bytes, str]:
    """Read and encode one table; blocks."""
    from jupyter_agentchat.frames.formats import encode  # noqa: PLC0415 - pyarrow, only here

    return encode(table(store, name, channel=channel, since=span[0], until=span[1]), format_)
