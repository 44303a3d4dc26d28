"""One Engine.IO session, sans-I/O: requests, frames and instants go in, events come out.

Source: engine.io-protocol, revision 4. Where the document is silent, the reference server rules.
"""

from __future__ import annotations

from jupyter_agentchat.socketio import engine_packets as wire
from jupyter_agentchat.socketio.engine_events import (
    Answer,
    Close,
    CloseReason,
    EngineEvent,
    MessageReceived,
    SessionClosed,
    TransportUpgraded,
    Write,
)
from jupyter_agentchat.socketio.engine_states import ENGINE_TRANSITIONS, EngineMove, EngineState
from jupyter_agentchat.socketio.errors import PacketError
from jupyter_agentchat.socketio.frames import Frame, Frames, size_of
from jupyter_agentchat.socketio.heartbeat import Beat, Heartbeat
from jupyter_agentchat.socketio.machine import step
from jupyter_agentchat.socketio.polling import PollQueue
from jupyter_agentchat.socketio.refusal import BAD_REQUEST, UNKNOWN_SID, Refuse
from jupyter_agentchat.socketio.settings import EngineSettings, Transport, to_ns


class EngineSession:
    """One client, over polling, over a WebSocket, or on its way from one to the other.

    Made by `EngineServer.open`. Every method that takes `now` (nanoseconds of one monotonic
    clock) first does what was due until then, so a request that comes just after a deadline meets
    the state after it. What a peer sends never raises: the session closes and says so. Only
    `send` raises, on a session that is not `is_open`.

    A POST is handed over whole, so two of them cannot overlap here. Outgoing frames wait in the
    session only between two polls; `queued_bytes` is for the shell's bound. A `peer` is anything
    but None that the shell knows its requests and sockets by.
    """

    def __init__(
        self,
        sid: str,
        transport: Transport,
        *,
        identity: object,
        settings: EngineSettings,
        now: int,
    ) -> None:
        self.sid = sid
        self.identity = identity
        self.state = EngineState.WEBSOCKET if transport == "websocket" else EngineState.POLLING
        self.close_reason: CloseReason | None = None
        self._settings = settings
        self._heartbeat = Heartbeat(settings, now)
        self._polls = PollQueue()
        self._socket: object = None
        self._probe: object = None
        self._until: int | None = None  # the end of a probe, or of lingering

    @property
    def is_open(self) -> bool:
        """Whether messages still pass."""
        return self.close_reason is None

    @property
    def finished(self) -> bool:
        """Whether the session has nothing left to tell and can be forgotten."""
        return self.state is EngineState.CLOSED

    @property
    def queued_bytes(self) -> int:
        """Bytes that wait for the next poll."""
        return size_of(self._polls.frames)

    def open(self, peer: object) -> list[EngineEvent]:
        """Answer the handshake of `peer`, a request or a WebSocket; the first call of all."""
        if self.state is EngineState.WEBSOCKET:
            self._socket = peer
            return [Write(peer, (wire.open_frame(self.sid, "websocket", self._settings),))]
        return [Answer(peer, 200, wire.open_frame(self.sid, "polling", self._settings).data)]

    def poll(self, peer: object, now: int) -> list[EngineEvent]:
        """Take a GET: it is answered now, or as soon as there is something to say."""
        events = self.handle_timeout(now)
        if self.state is EngineState.LINGERING:
            self._until = None
        elif self._polls.peer is not None:
            events += self._end(CloseReason.TRANSPORT_ERROR, "Two polls at once.")
            return [*events, BAD_REQUEST.answer(peer)]
        elif not self._allows(EngineMove.POLL):
            return [*events, (BAD_REQUEST if self.is_open else UNKNOWN_SID).answer(peer)]
        self._move(EngineMove.POLL)
        self._polls.peer = peer
        return events + self._polls.answer(even_if_empty=self.state is EngineState.PROBED)

    def post(self, peer: object, body: bytes, now: int) -> list[EngineEvent]:
        """Take a POST with its whole body."""
        events = self.handle_timeout(now)
        if not self._allows(EngineMove.POST):
            return [*events, (BAD_REQUEST if self.is_open else UNKNOWN_SID).answer(peer)]
        self._move(EngineMove.POST)
        try:
            packets = wire.decode_payload(body, self._settings)
        except PacketError as error:
            refusal = Refuse(BAD_REQUEST.code, error.message, error.status)
            return [
                *events,
                *self._end(CloseReason.PARSE_ERROR, error.message),
                refusal.answer(peer),
            ]
        for packet in packets:
            if self.is_open:
                events += self._on_packet(packet, now)
        if self.close_reason is CloseReason.PARSE_ERROR:
            return [*events, BAD_REQUEST.answer(peer)]
        return [*events, Answer(peer, 200, b"ok", "text/html")]

    def attach(self, peer: object, now: int) -> list[EngineEvent]:
        """Take a further WebSocket of this session: the upgrade's, or one too many."""
        events = self.handle_timeout(now)
        if not self._allows(EngineMove.ATTACH):
            return [*events, Close(peer)]
        self._move(EngineMove.ATTACH)
        self._probe = peer
        self._until = now + to_ns(self._settings.upgrade_timeout_ms)
        return events

    def receive(self, peer: object, data: str | bytes, now: int) -> list[EngineEvent]:
        """Take one WebSocket frame; one of a socket that was closed here is dropped."""
        events = self.handle_timeout(now)
        if peer == self._probe:
            return [*events, *self._on_probe(data)]
        if not self._allows(EngineMove.FRAME) or peer != self._socket:
            return events
        self._move(EngineMove.FRAME)
        try:
            packet = wire.decode_frame(data, self._settings.max_payload)
        except PacketError as error:
            return [*events, *self._end(CloseReason.PARSE_ERROR, error.message)]
        return [*events, *self._on_packet(packet, now)]

    def lost(self, peer: object, now: int) -> list[EngineEvent]:
        """Note that `peer`, a GET without its answer or a WebSocket, is gone."""
        events = self.handle_timeout(now)
        if peer == self._probe:
            self._drop_probe()
        elif peer in (self._polls.peer, self._socket):
            self._polls.peer = self._socket = None
            events += self._end(CloseReason.TRANSPORT_CLOSE)
        return events

    def send(self, frames: Frames) -> list[EngineEvent]:
        """Write `frames`, or keep them for the next poll.

        Raises
        ------
        IllegalMoveError
            If the session is closed.
        """
        self._move(EngineMove.SEND)
        if self.state is EngineState.WEBSOCKET:
            return [Write(self._socket, frames)]
        self._polls.frames += frames
        return self._polls.answer()

    def close(self, now: int) -> list[EngineEvent]:
        """End the session; what is queued still reaches a client that polls."""
        events = self.handle_timeout(now)
        return [*events, *self._end(CloseReason.SERVER_CLOSE, now=now)]

    def next_deadline(self) -> int | None:
        """Return when `handle_timeout` has to be called, if nothing else happens before."""
        heartbeat = self._heartbeat.deadline if self.is_open else None
        return min((at for at in (heartbeat, self._until) if at is not None), default=None)

    def handle_timeout(self, now: int) -> list[EngineEvent]:
        """Do what is due; calling it early or twice does nothing."""
        events: list[EngineEvent] = []
        if self._until is not None and now >= self._until:
            if self.is_open:
                events = self._drop_probe()
            else:
                self._until = None
                self._move(EngineMove.CLOSE)
        beat = self._heartbeat.check(now) if self.is_open else None
        if beat is Beat.PING:
            events += self.send((wire.PING,))
        elif beat is Beat.DEAD:
            events += self._end(CloseReason.PING_TIMEOUT)
        return events

    def _on_packet(self, packet: wire.EnginePacket, now: int) -> list[EngineEvent]:
        if packet.type is wire.EngineType.MESSAGE:
            return [MessageReceived(packet.data)]
        if packet.type is wire.EngineType.CLOSE:
            return self._end(CloseReason.TRANSPORT_CLOSE, last=wire.NOOP, now=now)
        if packet.type is wire.EngineType.PONG:
            self._heartbeat.pong(now)
        elif packet.type is not wire.EngineType.NOOP:
            return self._end(CloseReason.PARSE_ERROR, f"A client sent {packet.type.name} here.")
        return []

    def _on_probe(self, data: str | bytes) -> list[EngineEvent]:
        if data == "2probe":
            self._move(EngineMove.PROBE)
            answers = self._polls.answer(even_if_empty=True)
            return [Write(self._probe, (wire.PROBE_ANSWER,)), *answers]
        if data != "5" or not self._allows(EngineMove.UPGRADE):
            return self._drop_probe()
        self._move(EngineMove.UPGRADE)
        self._socket, self._probe, self._until = self._probe, None, None
        queued = self._polls.take()
        return [TransportUpgraded(), *([Write(self._socket, queued)] if queued else [])]

    def _drop_probe(self) -> list[EngineEvent]:
        probe, self._probe, self._until = self._probe, None, None
        self._move(EngineMove.DETACH)
        return [Close(probe)]

    def _end(
        self,
        reason: CloseReason,
        detail: str = "",
        *,
        last: Frame = wire.CLOSE,
        now: int | None = None,
    ) -> list[EngineEvent]:
        """Close; `last` goes to the outstanding poll, or, where `now` is given, to the next."""
        if self.close_reason is not None:
            return []
        self.close_reason = reason
        sockets = [Close(peer) for peer in (self._probe, self._socket) if peer is not None]
        self._probe = self._socket = self._until = None
        self._polls.frames.append(last)
        answers = self._polls.answer()
        if now is not None and not answers and self._allows(EngineMove.LINGER):
            self._until = now + to_ns(self._settings.linger_ms)
            self._move(EngineMove.LINGER)
        else:
            self._move(EngineMove.CLOSE)
        return [*sockets, *answers, SessionClosed(reason, detail)]

    def _allows(self, move: EngineMove) -> bool:
        return move in ENGINE_TRANSITIONS[self.state]

    def _move(self, move: EngineMove) -> None:
        self.state = step(ENGINE_TRANSITIONS, self.state, move)
