"""What a chat needs of whatever lies between it and the service."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from jupyter_agentchat.client.status import Status
from jupyter_agentchat.protocol.events import AnyEvent
from jupyter_agentchat.protocol.model import AgentInfo, Channel, Message
from jupyter_agentchat.protocol.offset import Offset
from jupyter_agentchat.runtime.logs import LogFilters, LogLine
from jupyter_agentchat.runtime.pipeline import Outgoing

if TYPE_CHECKING:
    import pyarrow as pa


class Accepted(Struct, frozen=True):
    """A message that is in the log, and the ids of its answers."""

    message: str
    streams: tuple[str, ...]
    position: str
    duplicate: bool = False


class Received(Struct, frozen=True):
    """Events that arrived together; `received_ns` is the client's monotonic instant."""

    events: Sequence[AnyEvent]
    received_ns: int


class Feed(Protocol):
    """One listener's view of a channel: everything after the feed was opened, gapless."""

    def __aiter__(self) -> AsyncIterator[Received]:
        """Iterate until `close`."""
        ...

    def narrow(self, stream: str) -> None:
        """Say that only this stream's events matter from now on; others may be left out."""
        ...

    async def close(self) -> None:
        """Stop listening."""
        ...


class Transport(Protocol):
    """Reaches a service, in this process or over the network.

    Guarantees: a feed that is open while a message is sent brings every event of its answers;
    only `AgentChatError`s are raised.
    """

    url: str | None
    """Where the server is; None for an embedded runtime."""

    @property
    def status(self) -> Status:
        """Where the connection stands."""
        ...

    @property
    def offset(self) -> Offset:
        """How far the server's clock is from this process's."""
        ...

    async def agents(self) -> list[AgentInfo]:
        """Return all agents."""
        ...

    async def channels(self) -> list[Channel]:
        """Return all channels."""
        ...

    async def ensure_channel(self, channel: str, agents: Sequence[str] = ()) -> None:
        """Create the channel if it is not there, and let `agents` answer in it by default."""
        ...

    async def messages(
        self, channel: str, *, before: int | None, after: int | None, limit: int
    ) -> list[Message]:
        """Return a page of messages in ascending seq."""
        ...

    async def send(
        self, channel: str, outgoing: Outgoing, *, t_intended: int | None = None
    ) -> Accepted:
        """Send; returns when the message is durable. `t_intended` is on this process's clock."""
        ...

    async def feed(self, channel: str) -> Feed:
        """Listen to a channel from now on."""
        ...

    async def cancel(self, stream: str) -> None:
        """Stop a stream; nothing of it follows."""
        ...

    async def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        """Return one of the log's tables; reads its own writes."""
        ...

    async def logs(self, filters: LogFilters, limit: int) -> list[LogLine]:
        """Return recent lines of the service's own log, the oldest first."""
        ...

    async def close(self) -> None:
        """Release connections, or end the embedded runtime."""
        ...
