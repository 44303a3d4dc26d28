"""One stream of a channel's log, read as it comes until its end."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jupyter_agentchat.bus.subscription import Subscription
from jupyter_agentchat.protocol.events import TERMINAL, Terminal
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.runtime.log import ChannelLog


class Answering:
    """An asynchronous iterator over what one stream publishes, batch by batch.

    Chunks are never merged: a slow reader gets them later, and all of them.

    Parameters
    ----------
    after : int
        The question's seq: the stream's events follow it.

    Attributes
    ----------
    end : Terminal or None
        The terminal event, once it has been handed out.
    """

    def __init__(self, log: ChannelLog, after: int, stream: str) -> None:
        self.end: Terminal | None = None
        self._stream = stream
        self._subscription = Subscription(log, after)

    async def __aiter__(self) -> AsyncIterator[list[Publication]]:
        """Iterate until the terminal event, or `close`."""
        with self._subscription as batches:
            async for batch in batches:
                mine = [each for each in batch.publications if self._is_mine(each)]
                if mine:
                    yield mine
                if self.end is not None:
                    return

    def close(self) -> None:
        """End the iteration; twice does nothing."""
        self._subscription.close()

    def _is_mine(self, publication: Publication) -> bool:
        event = publication.event
        if getattr(event, "stream", None) != self._stream:
            return False
        if isinstance(event, TERMINAL):
            self.end = event
        return True
