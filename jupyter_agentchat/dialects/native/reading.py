"""One reader of one channel over the native socket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from jupyter_agentchat.bus.subscription import Batch
from jupyter_agentchat.errors import AgentChatError, DisconnectedError
from jupyter_agentchat.protocol.codec import join_batch
from jupyter_agentchat.runtime.connection import Connection
from jupyter_agentchat.runtime.service import Joined

Send = Callable[[bytes], Awaitable[None]]
"""Writes one frame; returns when the socket has taken it, DisconnectedError if it is gone."""

_log = logging.getLogger(__name__)


class Reading:
    """Writes a channel's batches to one connection, at the pace of its socket.

    Parameters
    ----------
    failed : callable
        Called when the log cannot be read any further.
    """

    def __init__(
        self, joined: Joined, connection: Connection, send: Send, failed: Callable[[], None]
    ) -> None:
        self._joined = joined
        self._connection = connection
        self._send = send
        self._failed = failed
        self._written = asyncio.Condition()
        self._seq = joined.position.seq
        self._task = asyncio.create_task(self._run())

    async def reached(self, seq: int) -> None:
        """Wait until everything up to `seq` has been written, or the reading has ended."""
        async with self._written:
            await self._written.wait_for(lambda: self._seq >= seq or self._task.done())

    def close(self) -> None:
        """End it; twice does nothing."""
        self._joined.subscription.close()
        self._task.cancel()

    async def _run(self) -> None:
        try:
            async for batch in self._joined.subscription:
                await self._write(batch)
        except DisconnectedError:
            return
        except AgentChatError as error:
            _log.warning("A reader lost the log of its channel: %s", error)
            self._failed()
        except Exception:  # noqa: BLE001 - a reader that fails closes its own connection
            _log.exception("A reader failed")
            self._failed()
        finally:
            self._joined.subscription.close()

    async def _write(self, batch: Batch) -> None:
        channel = self._joined.log.channel.id
        frame = join_batch(
            channel,
            self._joined.position.epoch,
            batch.first,
            batch.last,
            (item.data for item in batch.items),
        )
        socket_ns = self._connection.now_ns()
        await self._send(frame)
        self._connection.count(sent=len(frame))
        self._connection.delivered(
            channel,
            batch.publications,
            self._joined.subscription.replay_until,
            socket_ns=socket_ns,
        )
        async with self._written:
            self._seq = batch.last
            self._written.notify_all()
