"""The transport over the network: REST for questions, one WebSocket for everything live."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

import msgspec

from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.feeds import RemoteFeed
from jupyter_agentchat.client.http import Http
from jupyter_agentchat.client.live import Live
from jupyter_agentchat.client.outbox import Answer
from jupyter_agentchat.client.retries import Retries
from jupyter_agentchat.client.status import Status
from jupyter_agentchat.client.transport import Accepted
from jupyter_agentchat.errors import (
    ChannelNotFoundError,
    ConflictError,
    DisconnectedError,
    OutboxFullError,
    ServerNotFoundError,
)
from jupyter_agentchat.frames.tables import empty
from jupyter_agentchat.protocol.commands import Cancel, Send
from jupyter_agentchat.protocol.frames import Ack
from jupyter_agentchat.protocol.model import AgentInfo, Channel, Message
from jupyter_agentchat.protocol.offset import Offset
from jupyter_agentchat.protocol.reconnection import ConnectionState
from jupyter_agentchat.runtime.logs import LogFilters, LogLine
from jupyter_agentchat.runtime.pipeline import Outgoing

if TYPE_CHECKING:
    import pyarrow as pa


class RemoteTransport:
    """Talks to a Jupyter server that has the extension."""

    def __init__(self, server: Server, retries: Retries | None = None) -> None:
        self.url: str | None = server.url
        self._http = Http(server)
        self._live = Live(server, retries)

    @classmethod
    async def open(cls, server: Server, retries: Retries | None = None) -> RemoteTransport:
        """Connect.

        Raises
        ------
        ServerNotFoundError, ForbiddenError, UnavailableError, DisconnectedError
            If nothing answers, or it refuses.
        """
        transport = cls(server, retries)
        try:
            await transport._live.open()
        except BaseException:
            await transport.close()
            raise
        return transport

    @property
    def status(self) -> Status:
        """Where the connection stands."""
        return self._live.socket.status

    @property
    def offset(self) -> Offset:
        """How far the server's clock is from this process's."""
        return self._live.pings.offset

    @staticmethod
    async def nowhere() -> NoReturn:
        """Say that there is no server."""
        message = (
            "No Jupyter server was found from here; give url= and token=, or embedded=True to "
            "run without one."
        )
        raise ServerNotFoundError(message)

    async def agents(self) -> list[AgentInfo]:
        """Return all agents."""
        return msgspec.json.decode(
            await self._http.request("GET", "api/agents"), type=_Agents
        ).agents

    async def channels(self) -> list[Channel]:
        """Return all channels."""
        return msgspec.json.decode(
            await self._http.request("GET", "api/channels"), type=_Channels
        ).channels

    async def ensure_channel(self, channel: str, agents: Sequence[str] = ()) -> None:
        """Create the channel if it is not there, and let `agents` answer in it by default."""
        path = f"api/channels/{_part(channel)}"
        try:
            data = await self._http.request("GET", path)
        except ChannelNotFoundError:
            wanted = {"id": channel, "agents": list(agents)} if agents else {"id": channel}
            with suppress(ConflictError):  # somebody was faster
                await self._http.request("POST", "api/channels", json=wanted)
            data = await self._http.request("GET", path)
        there = msgspec.json.decode(data, type=Channel)
        together = tuple(dict.fromkeys((*there.answering, *agents)))
        if together != there.answering:
            await self._http.request("PATCH", path, json={"agents": together})

    async def messages(
        self, channel: str, *, before: int | None, after: int | None, limit: int
    ) -> list[Message]:
        """Return a page of messages in ascending seq."""
        wanted = {"before": before, "after": after, "limit": limit}
        params = {key: value for key, value in wanted.items() if value is not None}
        data = await self._http.request(
            "GET", f"api/channels/{_part(channel)}/messages", params=params
        )
        return msgspec.json.decode(data, type=_Messages).messages

    async def send(
        self, channel: str, outgoing: Outgoing, *, t_intended: int | None = None
    ) -> Accepted:
        """Send; a broken connection sends again, and the server takes it once."""
        command = Send(
            channel=channel,
            text=outgoing.text,
            client_message_id=outgoing.client_message_id,
            agents=outgoing.agents,
            reply_to=outgoing.reply_to,
            attachments=outgoing.attachments,
            metadata=outgoing.metadata,
            t_intended=None if t_intended is None else t_intended + self.offset.offset_ns,
        )
        was_open = self.status.state is not ConnectionState.DISCONNECTED
        try:
            answer = await self._live.socket.ask(command)
        except OutboxFullError:
            raise
        except DisconnectedError as error:
            if not was_open:
                raise
            message = (
                f"{error.message} Whether the message was taken is not known: sent again with "
                f"client_message_id={outgoing.client_message_id!r} it is taken once."
            )
            raise type(error)(message) from None
        ack = _ack(answer)
        return Accepted(ack.message or "", ack.streams or (), ack.position or "", ack.duplicate)

    async def feed(self, channel: str) -> RemoteFeed:
        """Listen to a channel from now on."""
        return await self._live.feed(channel)

    async def cancel(self, stream: str) -> None:
        """Stop a stream."""
        await self._live.socket.ask(Cancel(stream=stream))

    async def table(
        self, name: str, channel: str | None, since: int | None, until: int | None
    ) -> pa.Table:
        """Return one of the log's tables."""
        import pyarrow as pa  # noqa: PLC0415 - only where frames are read

        wanted = {"channel": channel, "since": since, "until": until, "format": "arrow"}
        params = {key: value for key, value in wanted.items() if value is not None}
        try:
            data = await self._http.request("GET", f"api/log/{name}", params=params)
        except ChannelNotFoundError:
            return empty(name)
        return pa.ipc.open_stream(pa.py_buffer(data)).read_all()

    async def logs(self, filters: LogFilters, limit: int) -> list[LogLine]:
        """Return recent lines of the server's own log; ForbiddenError if they are not for us."""
        params = {"level": str(filters.level), "limit": str(limit)}
        if filters.agent is not None:
            params["agent"] = filters.agent
        data = await self._http.request("GET", "api/logs", params=params)
        return msgspec.json.decode(data, type=_Logs).logs

    async def close(self) -> None:
        """Let go of the server."""
        await self._live.close()
        await self._http.close()


class _Agents(msgspec.Struct):
    agents: list[AgentInfo]


class _Logs(msgspec.Struct):
    logs: list[LogLine]


class _Channels(msgspec.Struct):
    channels: list[Channel]


class _Messages(msgspec.Struct):
    messages: list[Message]


def _ack(answer: Answer) -> Ack:
    if not isinstance(answer, Ack):
        message = "The server answered a send with something else."
        raise DisconnectedError(message)
    return answer


def _part(text: str) -> str:
    return quote(text, safe="")
