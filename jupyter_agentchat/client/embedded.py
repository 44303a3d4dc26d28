"""The transport that needs no server: the service in this process, on this loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from jupyter_agentchat.bus.subscription import Subscription
from jupyter_agentchat.client.status import Status
from jupyter_agentchat.client.transport import Accepted, Received
from jupyter_agentchat.errors import ChannelNotFoundError
from jupyter_agentchat.frames.tables import empty, table
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.model import AgentInfo, Author, Channel, Message
from jupyter_agentchat.protocol.offset import Offset
from jupyter_agentchat.protocol.reconnection import ConnectionMove
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.runtime.connection import Connection
from jupyter_agentchat.runtime.logs import LogFilters, LogLine
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.runtime.service import Service

if TYPE_CHECKING:
    import pyarrow as pa

OWNER = Author(id="owner", kind="user", name="owner")
"""The one user of an embedded runtime."""


class EmbeddedFeed:
    """A subscription of the service, stamped like a socket's."""

    def __init__(self, channel: str, subscription: Subscription, connection: Connection) -> None:
        self._channel = channel
        self._subscription = subscription
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[Received]:
        """Iterate over what is published from now on."""
        async for batch in self._subscription:
            self._connection.delivered(
                self._channel,
                batch.publications,
                self._subscription.replay_until,
                socket_ns=self._connection.now_ns(),
            )
            received_ns = SYSTEM_CLOCK.monotonic_ns()
            self._connection.arrived_together(self._channel, batch.publications, received_ns)
            yield Received([item.event for item in batch.items], received_ns)

    def narrow(self, stream: str) -> None:
        """Change nothing: the log itself is this feed's queue."""

    async def close(self) -> None:
        """Stop listening."""
        self._subscription.close()


class EmbeddedTransport:
    """Calls a service directly; closing it closes the service."""

    url: str | None = None
    offset = Offset(0, 0, 1)

    def __init__(self, service: Service) -> None:
        self.status = Status()
        self.status.move(ConnectionMove.OPEN)
        self.status.move(ConnectionMove.OPENED)
        self._service = service
        self._connection = service.connect("embedded", OWNER)
        self._connection.reads_clock(SYSTEM_CLOCK.clock_id)
        self._is_open = True

    async def agents(self) -> list[AgentInfo]:
        """Return all agents."""
        return self._service.agents()

    async def channels(self) -> list[Channel]:
        """Return all channels."""
        return await self._service.channels()

    async def ensure_channel(self, channel: str, agents: Sequence[str] = ()) -> None:
        """Create the channel if it is not there, and let `agents` answer in it by default."""
        there = await self._service.ensure_channel(channel, tuple(agents))
        wanted = tuple(dict.fromkeys((*there.answering, *agents)))
        if wanted != there.answering:
            await self._service.update_channel(channel, name=None, agents=wanted)

    async def messages(
        self, channel: str, *, before: int | None, after: int | None, limit: int
    ) -> list[Message]:
        """Return a page of messages in ascending seq."""
        page = await self._service.messages(channel, before=before, after=after, limit=limit)
        return list(page.messages)

    async def send(
        self, channel: str, outgoing: Outgoing, *, t_intended: int | None = None
    ) -> Accepted:
        """Send; returns when the message is durable."""
        origin = Origin(
            transport="embedded",
            connection=self._connection.id,
            t_request=SYSTEM_CLOCK.monotonic_ns(),
            t_intended=t_intended,
        )
        sending = await self._service.send(channel, OWNER, outgoing, origin)
        return Accepted(
            sending.message.id, sending.streams, str(sending.position), sending.duplicate
        )

    async def feed(self, channel: str) -> EmbeddedFeed:
        """Listen to a channel from now on."""
        joined = await self._service.join(channel, None)
        return EmbeddedFeed(channel, joined.subscription, self._connection)

    async def cancel(self, stream: str) -> None:
        """Stop a stream."""
        await self._service.cancel(stream)

    async def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        """Return one of the log's tables."""
        if channel is not None:
            try:
                await self._service.channel(channel)
            except ChannelNotFoundError:
                return empty(name)
        await self._service.settle()
        return await asyncio.to_thread(
            table, self._service.store, name, channel=channel, since=since, until=until
        )

    async def logs(self, filters: LogFilters, limit: int) -> list[LogLine]:
        """Return recent lines of the service's own log."""
        return self._service.logs.recent(filters, limit)

    async def close(self) -> None:
        """End the runtime; twice does nothing."""
        if self._is_open:
            self._is_open = False
            self.status.move(ConnectionMove.CLOSE)
            self._service.disconnect(self._connection)
            await self._service.close()
