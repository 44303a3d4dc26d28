"""``GET api/log/{table}``: the log's tables, as the frames have them."""

from __future__ import annotations

import asyncio

from tornado.web import authenticated

from jupyter_agentchat.errors import NotFoundError
from jupyter_agentchat.frames.tables import NAMES, table
from jupyter_agentchat.frames.when import to_us
from jupyter_agentchat.store.base import Store
from jupyter_agentchat.web.handlers import RestHandler


class LogHandler(RestHandler):
    """Tables of one channel or of all; they read everything that has happened."""

    @authenticated
    async def get(self, name: str) -> None:
        """Send a table in the format that ``?format=`` names, Arrow by default."""
        if name not in NAMES:
            raise NotFoundError(f"There is no table {name!r}; the log has {', '.join(NAMES)}.")
        channel = self.get_query_argument("channel", None)
        if channel is not None:
            await self.service.channel(channel)
        since, until = self._instant("since"), self._instant("until")
        format_ = self.get_query_argument("format", "arrow")
        await self.service.settle()
        data, media_type = await asyncio.to_thread(
            _encoded, self.service.store, name, channel, (since, until), format_
        )
        self.set_header("Content-Type", media_type)
        self.set_header("Cache-Control", "no-store")
        self.set_attachment_header(f"{name}.{format_}")
        self.finish(data)

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
