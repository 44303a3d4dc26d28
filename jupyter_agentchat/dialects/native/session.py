"""What one client of the native socket says, and what it is answered; no framework here."""

from __future__ import annotations

import logging

from msgspec import UNSET

from jupyter_agentchat._version import __version__
from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.bus.reading import Reading
from jupyter_agentchat.dialects.native.form import NATIVE
from jupyter_agentchat.dialects.native.watching import MayReadLogs, Watching
from jupyter_agentchat.errors import AgentChatError, DisconnectedError, InvalidInputError
from jupyter_agentchat.protocol import commands as ops
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.codec import encode_frame
from jupyter_agentchat.protocol.frames import (
    PROTOCOL_VERSION,
    Ack,
    ErrorFrame,
    Frame,
    Pong,
    Subscribed,
    Welcome,
)
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.web.bodies import check_metadata
from jupyter_agentchat.web.failures import info_of
from jupyter_agentchat.web.framing import text_frame

MAX_CHANNELS = 256
"""Channels that one connection may read at once."""

_log = logging.getLogger(__name__)


class Session:
    """One connection's commands, one after the other, and its readings.

    Parameters
    ----------
    outlet : Outlet
        The way to the client. Answers wait for it, so a client that reads none is not read from.
    may_read_logs : callable
        Asks whether the user may watch the server's log.
    """

    def __init__(
        self, service: Service, user: Author, outlet: Outlet, may_read_logs: MayReadLogs
    ) -> None:
        self.connection = service.connect("ws", user)
        self.connection.through(outlet)
        self._service = service
        self._user = user
        self._outlet = outlet
        self._readings: dict[str, Reading] = {}
        self._logs = Watching(service, outlet, may_read_logs)

    async def handle(self, frame: str | bytes) -> None:
        """Take one frame and answer it; whatever is wrong with it, the connection lives on."""
        received_ns = self._service.clock.monotonic_ns()
        self.connection.count(received=len(frame))
        ref: str | int | None = None
        try:
            command = ops.decode_command(frame)
            ref = command.ref
            await self._take(command, received_ns)
        except DisconnectedError:
            return
        except Exception as error:  # noqa: BLE001 - one command's failure is not the connection's
            if not isinstance(error, AgentChatError):
                _log.exception("A command failed")
            if ref is None:
                ref = ops.command_ref(frame)
            await self._reply(ErrorFrame.of(info_of(error), ref))

    def close(self, code: int | None) -> None:
        """Let go of everything; the streams go on."""
        for channel in list(self._readings):
            self._leave(channel)
        self._logs.close()
        self._service.disconnect(self.connection, code)

    async def _take(self, command: ops.AnyCommand, received_ns: int) -> None:
        match command:
            case ops.Hello():
                await self._hello(command)
            case ops.Subscribe():
                await self._subscribe(command)
            case ops.Ping():
                await self._ping(command, received_ns)
            case ops.Send():
                await self._send(command, received_ns)
            case ops.Typing() | ops.Painted():
                await self._tell(command)
                if command.ref is not None:
                    await self._reply(Ack(ref=command.ref))
            case _:
                await self._reply(await self._change(command, received_ns))

    async def _hello(self, hello: ops.Hello) -> None:
        if hello.protocol != PROTOCOL_VERSION:
            message = f"This server speaks protocol {PROTOCOL_VERSION}, not {hello.protocol}."
            await self._reply(ErrorFrame.of(info_of(InvalidInputError(message)), hello.ref))
            self._outlet.shut(CloseCode.UNSUPPORTED_PROTOCOL)
            return
        self.connection.reads_clock(hello.clock_id, hello.resolution_ns)
        await self._reply(
            Welcome(
                protocol=PROTOCOL_VERSION,
                version=__version__,
                connection=self.connection.id,
                user=self._user,
                clock_id=self._service.clock.clock_id,
            )
        )

    async def _subscribe(self, command: ops.Subscribe) -> None:
        channel = command.channel
        after = None if command.after is None else Position.parse(command.after)
        self._leave(channel)
        if len(self._readings) >= MAX_CHANNELS:
            raise InvalidInputError(f"One connection reads at most {MAX_CHANNELS} channels.")
        joined = await self._service.join(channel, after)
        self.connection.resumed(command.after, recovered=joined.recovered)
        await self._reply(
            Subscribed(
                channel=channel,
                position=str(joined.position),
                recovered=joined.recovered,
                ref=command.ref,
                reason=joined.reason,
                snapshot=joined.snapshot,
            )
        )
        self._readings[channel] = self._service.read(joined, NATIVE, self._outlet, self.connection)
        self._service.ephemera.join(channel, self.connection.id, self._user, self._tell_of)

    async def _ping(self, ping: ops.Ping, received_ns: int) -> None:
        if (offset := ping.offset) is not None:
            self.connection.estimated(offset, ping.rtt_ns)
        sent_ns = self._service.clock.monotonic_ns()
        await self._reply(Pong(t=ping.t, received_ns=received_ns, sent_ns=sent_ns, ref=ping.ref))

    async def _send(self, command: ops.Send, received_ns: int) -> None:
        check_metadata(command.metadata)
        outgoing = Outgoing(
            text=command.text,
            client_message_id=command.client_message_id,
            agents=command.agents,
            reply_to=command.reply_to,
            parent=command.parent,
            attachments=command.attachments,
            metadata=command.metadata,
        )
        sending = await self._service.send(
            command.channel,
            self._user,
            outgoing,
            self._origin(received_ns, command.t_intended),
        )
        await self._reply(
            Ack(
                ref=command.ref,
                message=sending.message.id,
                streams=sending.streams,
                position=str(sending.position),
                duplicate=sending.duplicate,
            )
        )

    async def _tell(self, command: ops.Typing | ops.Painted) -> None:
        if isinstance(command, ops.Typing):
            await self._service.channel(command.channel)
            self._service.ephemera.typing(command.channel, self._user, typing=command.typing)
            return
        dom = 0 if command.dom_ns is UNSET else command.dom_ns
        paint = 0 if command.paint_ns is UNSET else command.paint_ns
        await self._service.painted(
            self.connection,
            command.channel,
            command.seq,
            (command.client_ns, dom, paint),
            hidden=command.hidden,
        )

    async def _change(self, command: ops.AnyCommand, received_ns: int) -> Ack:
        ref, user, edits = command.ref, self._user, self._service.edits
        match command:
            case ops.Unsubscribe(channel=channel):
                self._leave(channel)
                return Ack(ref=ref)
            case ops.SubscribeLogs() | ops.UnsubscribeLogs():
                return await self._logs.take(command)
            case ops.Edit(channel=channel, message=message, text=text):
                position = await edits.edit(channel, message, text, user)
            case ops.Delete(channel=channel, message=message):
                position = await edits.delete(channel, message, user)
            case ops.React() | ops.Unreact() | ops.Pin():
                position = await self._mark(command)
            case ops.Read(channel=channel, seq=seq):
                position = await edits.read(channel, seq, user)
            case ops.Cancel(stream=stream):
                return await self._cancel(stream, ref)
            case ops.Regenerate(stream=stream):
                new = await self._service.regenerate(stream, user, self._origin(received_ns))
                return Ack(ref=ref, streams=(new,))
            case _:
                raise InvalidInputError("This command is not for the server.")
        return Ack(ref=ref, position=str(position))

    async def _mark(self, command: ops.React | ops.Unreact | ops.Pin) -> Position:
        edits, channel, message = self._service.edits, command.channel, command.message
        if isinstance(command, ops.Pin):
            return await edits.pin(channel, message, self._user, pinned=command.pinned)
        added = isinstance(command, ops.React)
        return await edits.react(channel, message, command.name, self._user, added=added)

    async def _cancel(self, stream: str, ref: str | int | None) -> Ack:
        """Stop a stream; nothing of it is written to this connection after the answer."""
        await self._service.cancel(stream)
        row = await self._service.stream(stream)
        log = await self._service.channel(row.channel)
        if reading := self._readings.get(row.channel):
            await reading.reached(log.seq)
        return Ack(ref=ref, streams=(stream,), position=str(log.position))

    def _origin(self, received_ns: int, t_intended: int | None = None) -> Origin:
        return Origin(
            transport="ws",
            connection=self.connection.id,
            t_request=received_ns,
            t_intended=t_intended,
        )

    def _leave(self, channel: str) -> None:
        if reading := self._readings.pop(channel, None):
            reading.close()
            self._service.ephemera.leave(channel, self.connection.id)

    async def _reply(self, frame: Frame) -> None:
        await self._outlet.send(text_frame(encode_frame(frame)))

    def _tell_of(self, notice: Frame) -> None:
        self._outlet.offer(text_frame(encode_frame(notice)))
