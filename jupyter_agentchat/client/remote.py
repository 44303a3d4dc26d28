"""The transport over the network: REST for questions, one WebSocket for everything live."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

import msgspec

from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.feeds import RemoteFeed, Room
from jupyter_agentchat.client.http import Http
from jupyter_agentchat.client.offset import estimate_offset
from jupyter_agentchat.client.socket import Answer, Socket
from jupyter_agentchat.client.transport import Accepted
from jupyter_agentchat.errors import (
    AgentChatError,
    ChannelNotFoundError,
    ConflictError,
    DisconnectedError,
    ServerNotFoundError,
)
from jupyter_agentchat.frames.tables import empty
from jupyter_agentchat.protocol.codec import EventBatch
from jupyter_agentchat.protocol.commands import Cancel, Painted, Send, Subscribe
from jupyter_agentchat.protocol.events import StreamDelta
from jupyter_agentchat.protocol.frames import Ack, AnyFrame, Subscribed
from jupyter_agentchat.protocol.model import AgentInfo, Channel, Message
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.pipeline import Outgoing

if TYPE_CHECKING:
    import pyarrow as pa

ACK_EVERY_NS = 100_000_000
"""One chunk in 100 ms tells the server when it arrived."""


class RemoteTransport:
    """Talks to a Jupyter server that has the extension."""

    def __init__(self, server: Server, http: Http) -> None:
        self.url: str | None = server.url
        self._http = http
        self._rooms: dict[str, Room] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self._socket = Socket(server, self._on_frame, self._on_open, self._on_lost)
        self._joining = asyncio.Lock()
        self._last_ack_ns = 0

    @classmethod
    async def open(cls, server: Server) -> RemoteTransport:
        """Connect.

        Raises
        ------
        ServerNotFoundError, ForbiddenError
            If nothing answers, or it refuses.
        """
        transport = cls(server, Http(server))
        try:
            await transport._socket.open()
            await estimate_offset(transport._socket)
        except BaseException:
            await transport.close()
            raise
        return transport

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

    async def send(self, channel: str, outgoing: Outgoing) -> Accepted:
        """Send; a broken connection sends again, and the server takes it once."""
        answer = await self._socket.ask(
            Send(
                channel=channel,
                text=outgoing.text,
                client_message_id=outgoing.client_message_id,
                agents=outgoing.agents,
                reply_to=outgoing.reply_to,
                attachments=outgoing.attachments,
                metadata=outgoing.metadata,
            )
        )
        ack = _ack(answer)
        return Accepted(ack.message or "", ack.streams or (), ack.position or "", ack.duplicate)

    async def feed(self, channel: str) -> RemoteFeed:
        """Listen to a channel from now on."""
        async with self._joining:
            room = self._rooms.setdefault(channel, Room(channel))
            feed = RemoteFeed(lambda left: self._left(room, left))
            room.feeds.add(feed)
            try:
                if room.position is None:
                    await self._socket.ask(Subscribe(channel=channel))
            except BaseException:
                room.feeds.discard(feed)
                raise
            return feed

    async def cancel(self, stream: str) -> None:
        """Stop a stream."""
        await self._socket.ask(Cancel(stream=stream))

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
        return pa.ipc.open_stream(data).read_all()

    async def close(self) -> None:
        """Let go of the server."""
        await self._socket.close()
        for room in self._rooms.values():
            for feed in tuple(room.feeds):
                feed.put(None)
        await self._http.close()

    async def _left(self, room: Room, feed: RemoteFeed) -> None:
        room.feeds.discard(feed)

    def _on_frame(self, frame: EventBatch | AnyFrame, received_ns: int) -> None:
        if isinstance(frame, Subscribed):
            if room := self._rooms.get(frame.channel):
                room.stand(frame, received_ns)
        elif isinstance(frame, EventBatch) and (room := self._rooms.get(frame.channel)):
            if room.follows(frame):
                room.take(frame, received_ns)
                self._acknowledge(frame, received_ns)
            elif room.position is not None and frame.last > room.position.seq:
                self._later(self._resubscribe(room, room.position))

    def _on_open(self) -> None:
        self._later(estimate_offset(self._socket))
        for room in self._rooms.values():
            if room.position is not None:
                self._later(self._resubscribe(room, room.position))

    def _on_lost(self, error: AgentChatError) -> None:
        for room in self._rooms.values():
            room.lose(error)

    async def _resubscribe(self, room: Room, after: Position) -> None:
        await self._socket.ask(Subscribe(channel=room.channel, after=str(after)))

    def _acknowledge(self, batch: EventBatch, received_ns: int) -> None:
        if received_ns - self._last_ack_ns < ACK_EVERY_NS:
            return
        for event in batch.events:
            if isinstance(event, StreamDelta) and isinstance(event.seq, int):
                self._last_ack_ns = received_ns
                ack = Painted(channel=batch.channel, seq=event.seq, client_ns=received_ns)
                self._later(self._socket.tell(ack))
                return

    def _later(self, work: Coroutine[object, object, object]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


class _Agents(msgspec.Struct):
    agents: list[AgentInfo]


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
