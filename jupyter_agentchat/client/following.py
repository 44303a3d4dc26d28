"""One answer, read from a feed to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from jupyter_agentchat.client.reply import Chunk, Collector
from jupyter_agentchat.client.transport import Feed, Transport
from jupyter_agentchat.errors import AgentChatError, DisconnectedError

STOP_WAIT_S = 2.0
"""How long leaving a stream waits for the server to confirm that it has stopped."""


async def follow(feed: Feed, collector: Collector, transport: Transport) -> AsyncGenerator[Chunk]:
    """Yield the chunks of the collector's stream; leaving early stops the answer.

    Raises
    ------
    DisconnectedError
        If the feed ends before the answer does.
    """
    try:
        async for received in feed:
            for event in received.events:
                chunk = collector.take(event, received.received_ns)
                if chunk is not None:
                    yield chunk
            if collector.is_over:
                return
        message = "The chat was closed before the answer ended."
        raise DisconnectedError(message)
    finally:
        if not collector.is_over:
            with suppress(AgentChatError, TimeoutError):
                async with asyncio.timeout(STOP_WAIT_S):
                    await transport.cancel(collector.stream)
