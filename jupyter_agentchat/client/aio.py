"""The asynchronous client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Self

from jupyter_agentchat.client.following import follow
from jupyter_agentchat.client.reply import Chunk, Collector, Reply
from jupyter_agentchat.client.status import Heard
from jupyter_agentchat.client.transport import Accepted, Transport
from jupyter_agentchat.errors import (
    AgentTimeoutError,
    InvalidInputError,
)
from jupyter_agentchat.frames.log import AsyncLog, When
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.ids import token
from jupyter_agentchat.protocol.model import AgentInfo, Attachment, Channel, Message
from jupyter_agentchat.protocol.offset import Offset
from jupyter_agentchat.protocol.reconnection import ConnectionState
from jupyter_agentchat.runtime.logs import LogFilters, threshold
from jupyter_agentchat.runtime.pipeline import Outgoing

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

DEFAULT_CHANNEL = "lab"

Report = Callable[[Reply], None]


class AsyncChat:
    """Talks to agents; every verb of `Chat`, awaited.

    Parameters
    ----------
    transport : Transport
        See `connect_async`, which makes one.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._known: set[str] = set()

    @property
    def embedded(self) -> bool:
        """Whether the runtime runs in this process, for want of a server."""
        return self._transport.url is None

    @property
    def url(self) -> str | None:
        """Where the server is."""
        return self._transport.url

    @property
    def offset(self) -> Offset:
        """The server's monotonic clock minus this process's, as far as round trips tell."""
        return self._transport.offset

    @property
    def state(self) -> ConnectionState:
        """Where the connection stands; an embedded runtime is connected until it is closed."""
        return self._transport.status.state

    @property
    def reason(self) -> str | None:
        """Why it is not connected, once that is known."""
        return self._transport.status.reason

    def on_state(self, heard: Heard) -> Callable[[], None]:
        """Call `heard` with a `StateChange` whenever `state` changes; returns what ends that.

        It is called on the chat's event loop and must return at once.
        """
        return self._transport.status.listen(heard)

    async def agents(self) -> list[AgentInfo]:
        """Return the agents that can be asked."""
        return await self._transport.agents()

    async def channels(self) -> list[Channel]:
        """Return the channels by name."""
        return await self._transport.channels()

    async def messages(
        self,
        channel: str = DEFAULT_CHANNEL,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> list[Message]:
        """Return the newest messages of a channel, oldest first.

        Parameters
        ----------
        before, after : int
            Cursors: the seq of a message.
        limit : int
            At most 500.
        """
        await self._ensure(channel)
        return await self._transport.messages(channel, before=before, after=after, limit=limit)

    async def send(
        self,
        text: str,
        *,
        channel: str = DEFAULT_CHANNEL,
        agents: Sequence[str] | None = None,
        client_message_id: str | None = None,
        reply_to: str | None = None,
        attachments: Sequence[Attachment] = (),
        metadata: dict[str, Any] | None = None,
        t_intended: int | None = None,
    ) -> Accepted:
        """Say something and return when it is durable; answers come in their own time.

        Parameters
        ----------
        agents : sequence of str
            Who answers; by default the channel's own agents, ``[]`` for nobody.
        client_message_id : str
            Makes a resend harmless. One is made up if none is given.
        t_intended : int
            When a load plan meant it to be sent, in monotonic ns of this process; the log keeps
            it beside the request.

        Raises
        ------
        EmptyMessageError, TooLargeError, AgentNotFoundError, IdempotencyError
            If the message cannot be taken; nothing is stored then.
        """
        await self._ensure(channel)
        outgoing = Outgoing(
            text=_text(text),
            client_message_id=client_message_id or token(16),
            agents=None if agents is None else tuple(agents),
            reply_to=reply_to,
            attachments=tuple(attachments),
            metadata=metadata or {},
        )
        return await self._transport.send(channel, outgoing, t_intended=t_intended)

    async def ask(
        self,
        text: str,
        *,
        agent: str | None = None,
        channel: str = DEFAULT_CHANNEL,
        timeout: float | None = 60,  # noqa: ASYNC109 - the promised name
        metadata: dict[str, Any] | None = None,
    ) -> Reply:
        """Ask and wait for the whole answer.

        Raises
        ------
        AgentTimeoutError
            If it takes longer than `timeout` seconds; the answer is stopped then.
        """
        replies: list[Reply] = []
        chunks = self.stream(
            text, agent=agent, channel=channel, metadata=metadata, on_end=replies.append
        )
        try:
            async with asyncio.timeout(timeout):
                async for _ in chunks:
                    pass
        except TimeoutError:
            message = f"No whole answer within {timeout:g} s; it was stopped."
            raise AgentTimeoutError(message) from None
        finally:
            await chunks.aclose()
        return replies[0]

    async def stream(
        self,
        text: str,
        *,
        agent: str | None = None,
        channel: str = DEFAULT_CHANNEL,
        metadata: dict[str, Any] | None = None,
        on_end: Report | None = None,
        t_intended: int | None = None,
    ) -> AsyncGenerator[Chunk]:
        """Ask and yield the chunks of the answer as they arrive.

        Leaving the iteration early stops the answer.

        Parameters
        ----------
        on_end : callable
            Called with the `Reply` when the stream has ended.
        t_intended : int
            See `send`.
        """
        await self._ensure(channel)
        feed = await self._transport.feed(channel)
        try:
            t_request = SYSTEM_CLOCK.monotonic_ns()
            accepted = await self.send(
                text,
                channel=channel,
                agents=None if agent is None else [agent],
                metadata=metadata,
                t_intended=t_intended,
            )
            if not accepted.streams:
                message = f"No agent answers in {channel!r}; name one with agent=…"
                raise InvalidInputError(message)
            collector = Collector(accepted.streams[0], t_request)
            feed.narrow(collector.stream)
            async with aclosing(follow(feed, collector, self._transport)) as chunks:
                async for chunk in chunks:
                    yield chunk
            if on_end is not None:
                on_end(collector.reply())
        finally:
            await feed.close()

    async def join(self, channel: str, agents: Sequence[str] = ()) -> None:
        """Create a channel if it is not there, and let `agents` answer in it by default."""
        await self._transport.ensure_channel(channel, agents)
        self._known.add(channel)

    async def cancel(self, stream_id: str) -> None:
        """Stop an answer; nothing of it follows."""
        await self._transport.cancel(stream_id)

    def log(
        self, channel: str | None = DEFAULT_CHANNEL, *, since: When = None, until: When = None
    ) -> AsyncLog:
        """Return the log of a channel (None: of all) as DataFrames, each awaited."""
        return AsyncLog(self._transport, channel, since, until, fresh=True)

    async def logs(
        self, *, agent: str | None = None, level: str | int | None = None, limit: int = 1000
    ) -> pd.DataFrame:
        """Return recent lines of the server's own log; see `jupyter_agentchat.logs`."""
        from jupyter_agentchat.frames.server_log import server_log  # noqa: PLC0415 - pandas

        filters = LogFilters(agent=agent, level=threshold(level))
        return server_log(await self._transport.logs(filters, limit))

    async def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        """Return one of the log's tables as Arrow; times are wall microseconds."""
        return await self._transport.table(name, channel, since, until)

    async def close(self) -> None:
        """Let go of the server, or end the embedded runtime; twice does nothing."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        """Use as a context manager that closes."""
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Close."""
        await self.close()

    async def _ensure(self, channel: str) -> None:
        if channel not in self._known:
            await self._transport.ensure_channel(channel)
            self._known.add(channel)


def _text(text: object) -> str:
    if not isinstance(text, str):
        message = f"A message is text, not {type(text).__name__}."
        raise InvalidInputError(message)
    return text
