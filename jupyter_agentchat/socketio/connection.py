"""One Socket.IO connection, sans-I/O, on top of one Engine.IO session.

Source: socket.io-protocol, revision 5. Where the document is silent, the reference server rules.
"""

from __future__ import annotations

from collections.abc import Collection

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.socketio.acks import AwaitedAcks
from jupyter_agentchat.socketio.connection_events import (
    CloseEngine,
    ConnectionEvent,
    ConnectRequested,
    EventReceived,
    NamespaceLeft,
    SendFrames,
)
from jupyter_agentchat.socketio.connection_states import MemberMove
from jupyter_agentchat.socketio.decoding import PacketDecoder
from jupyter_agentchat.socketio.encoding import EncodedEvent, encode_packet
from jupyter_agentchat.socketio.engine_events import CloseReason
from jupyter_agentchat.socketio.errors import PacketError
from jupyter_agentchat.socketio.frames import Frames
from jupyter_agentchat.socketio.member import Member
from jupyter_agentchat.socketio.packets import Packet, PacketType
from jupyter_agentchat.socketio.settings import ConnectionSettings, to_ns

_MOVES = {
    PacketType.CONNECT: MemberMove.ASK,
    PacketType.DISCONNECT: MemberMove.LEAVE,
    PacketType.EVENT: MemberMove.EVENT,
    PacketType.ACK: MemberMove.ACK,
}


class Connection:
    """One client in any number of namespaces.

    `receive` never raises: a client that breaks the protocol is closed, and what comes after the
    end is dropped. The sending methods return frames for `EngineSession.send` and raise
    `IllegalMoveError` if the client is not in that namespace. Events come in the client's order.

    Parameters
    ----------
    namespaces : collection of str
        What a client may ask for.
    settings : ConnectionSettings
        Limits and time-outs.
    now : int
        The instant of the handshake, in nanoseconds of a monotonic clock.
    """

    def __init__(
        self, namespaces: Collection[str], *, settings: ConnectionSettings, now: int
    ) -> None:
        self.is_open = True
        self._namespaces = namespaces
        self._settings = settings
        self._decoder = PacketDecoder(settings)
        self._awaited = AwaitedAcks()
        self._members: dict[str, Member] = {}
        self._connect_by: int | None = now + to_ns(settings.connect_timeout_ms)

    @property
    def is_waiting(self) -> bool:
        """Whether the client has not been accepted anywhere yet."""
        return self._connect_by is not None

    def sid_of(self, namespace: str) -> str | None:
        """Return the client's id in `namespace`, or None if it is not there."""
        member = self._members.get(namespace)
        return member.sid if member is not None else None

    def receive(self, data: str | bytes, now: int) -> list[ConnectionEvent]:
        """Take the data of one Engine.IO message."""
        events = self.handle_timeout(now)
        if not self.is_open:
            return events
        try:
            packet = self._decoder.feed(data)
            return events if packet is None else events + self._on_packet(packet)
        except PacketError as error:
            reason = CloseReason.PARSE_ERROR
            return [*events, *self.end(reason), CloseEngine(reason, error.message)]

    def accept(self, namespace: str, sid: str, *, pid: str | None = None) -> Frames:
        """Let the client in as `sid`; with `pid` it may come back to its state later."""
        self._member(namespace).accept(sid, recoverable=pid is not None)
        self._connect_by = None
        data = {"sid": sid} if pid is None else {"sid": sid, "pid": pid}
        return encode_packet(Packet(PacketType.CONNECT, namespace, data))

    def refuse(self, namespace: str, message: str, data: object = None) -> Frames:
        """Tell the client that, and why, it may not enter."""
        self._member(namespace).move(MemberMove.REFUSE)
        return _refusal(namespace, message, data)

    def emit(self, event: EncodedEvent, *, offset: str | None = None) -> Frames:
        """Return the frames of `event` for this client.

        Raises
        ------
        InvalidInputError
            If the client keeps offsets, and would take the event's own last argument for one.
        """
        member = self._member(event.namespace)
        member.move(MemberMove.SEND)
        if offset is None and member.recoverable and event.ends_in_text:
            message = (
                f"The client would take the last text of {event.name!r} for its offset; give one."
            )
            raise InvalidInputError(message)
        return event.frames(offset=offset)

    def call(self, event: EncodedEvent, *, timeout_ms: int, now: int) -> tuple[int, Frames]:
        """Return the id and the frames of `event`, to be acknowledged within `timeout_ms`."""
        self._member(event.namespace).move(MemberMove.SEND)
        ack_id = self._awaited.expect(event.namespace, now + to_ns(timeout_ms))
        return ack_id, event.frames(ack_id=ack_id)

    def ack(self, namespace: str, ack_id: int, *args: object) -> Frames:
        """Acknowledge the client's event `ack_id`, once."""
        member = self._member(namespace)
        member.move(MemberMove.SEND)
        frames = encode_packet(Packet(PacketType.ACK, namespace, [*args], ack_id))
        member.owed.settle(ack_id)
        return frames

    def disconnect(self, namespace: str) -> list[ConnectionEvent]:
        """Put the client out of a namespace; the connection stays."""
        member = self._member(namespace)
        member.move(MemberMove.EXPEL)
        frames = encode_packet(Packet(PacketType.DISCONNECT, namespace))
        return [SendFrames(frames), *self._leave(namespace, member, CloseReason.SERVER_LEFT)]

    def end(self, reason: CloseReason) -> list[ConnectionEvent]:
        """Note that the session below closed; calling it twice does nothing."""
        self.is_open, self._connect_by = False, None
        members, self._members = self._members, {}
        return [
            event
            for namespace, member in members.items()
            for event in self._leave(namespace, member, reason)
        ]

    def next_deadline(self) -> int | None:
        """Return when `handle_timeout` has to be called, if nothing else happens before."""
        deadlines = (self._connect_by, self._awaited.next_deadline())
        return min((at for at in deadlines if at is not None), default=None)

    def handle_timeout(self, now: int) -> list[ConnectionEvent]:
        """Do what is due; calling it early or twice does nothing."""
        missed: list[ConnectionEvent] = [*self._awaited.expire(now)]
        if self._connect_by is not None and now >= self._connect_by:
            reason = CloseReason.CONNECT_TIMEOUT
            return [*missed, *self.end(reason), CloseEngine(reason)]
        return missed

    def _on_packet(self, packet: Packet) -> list[ConnectionEvent]:
        namespace, data = packet.namespace, packet.data
        move = _MOVES.get(packet.type)
        if move is None:
            raise PacketError("A client does not refuse a connection.")
        if move is MemberMove.ASK and namespace not in self._namespaces:
            return [SendFrames(_refusal(namespace, "Invalid namespace"))]
        member = self._member(namespace)
        member.take(move)
        if move is MemberMove.ASK:
            self._members[namespace] = member
            return [_request(packet)]
        if move is MemberMove.LEAVE:
            return self._leave(namespace, member, CloseReason.CLIENT_LEFT)
        if member.sid is None or not isinstance(data, list):
            return []  # on its way while the server disconnected it
        if packet.type is PacketType.ACK and packet.id is not None:
            return [*self._awaited.receive(namespace, packet.id, data)]
        if packet.id is not None:
            member.owed.add(packet.id)
        return [EventReceived(namespace, data[0], data[1:], packet.id)]

    def _leave(self, namespace: str, member: Member, reason: CloseReason) -> list[ConnectionEvent]:
        sid, member.sid = member.sid, None
        if sid is None:
            return []
        return [*self._awaited.abandon(namespace), NamespaceLeft(namespace, sid, reason)]

    def _member(self, namespace: str) -> Member:
        return self._members.get(namespace) or Member(self._settings.max_owed_acks)


def _request(packet: Packet) -> ConnectRequested:
    auth = packet.data if isinstance(packet.data, dict) else {}
    pid, offset = auth.get("pid"), auth.get("offset")
    return ConnectRequested(
        packet.namespace,
        auth,
        pid if isinstance(pid, str) else None,
        offset if isinstance(offset, str) else None,
    )


def _refusal(namespace: str, message: str, data: object = None) -> Frames:
    detail = {"message": message} if data is None else {"message": message, "data": data}
    return encode_packet(Packet(PacketType.CONNECT_ERROR, namespace, detail))
