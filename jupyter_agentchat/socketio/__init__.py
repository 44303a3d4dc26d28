"""Engine.IO v4 and Socket.IO v5 for a server, sans-I/O.

No socket, no timer, no framework: a shell hands in requests, frames and instants (nanoseconds of
one monotonic clock), does what comes out in order, and sleeps until `next_deadline`.

===================  =============================================================================
`EngineServer`       which session a request belongs to, as a decision; identity bound
`EngineSession`      one Engine.IO session: handshake, polls, upgrade, heartbeat, end
`Connection`         one Socket.IO connection on top: namespaces, events, acknowledgements
`encode_event`       an event as bytes, once; `EncodedEvent.frames` splices in an id or an offset
`Rooms`              who is in which room of a namespace
`Recovery`           private ids: the same client back in its rooms; offsets are the application's
===================  =============================================================================

Source: engine.io-protocol, revision 4; socket.io-protocol, revision 5.

How a shell drives it
---------------------
A request is decided upon, then belongs to a session::

    decision = engine.decide(EngineRequest(method, query, websocket=False, identity=user))
    match decision:
        case Refuse():
            reply(decision.status, decision.body)
        case Open(transport):
            session = engine.open(transport, identity=user, now=now)
            connections[session.sid] = Connection({"/"}, settings=ConnectionSettings(), now=now)
            perform(session, session.open(handler))
        case Continue(session, "poll"):
            perform(session, session.poll(handler, now))  # `post`, `attach` alike

Events are done in order; `perform` then sets a timer at the earlier `next_deadline` of both
machines, which calls `handle_timeout` of both::

    for event in events:
        match event:
            case Answer(handler, status, body): handler.finish(status, body)
            case Write(handler, frames): handler.write(frames)   # one socket write
            case Close(handler): handler.close()
            case MessageReceived(data): apply(connection.receive(data, now))
            case SessionClosed(reason): apply(connection.end(reason))
    if session.finished: engine.forget(session.sid)

What a connection says goes down the same way, and up to the application::

    for event in connection_events:
        match event:
            case SendFrames(frames): perform(session, session.send(frames))
            case CloseEngine(): perform(session, session.close(now))
            case ConnectRequested(namespace, auth):  # authenticate, then, if still `is_open`:
                record = recovery.begin(namespace, sid, identity=user)
                send(connection.accept(namespace, sid, pid=record.pid))
            case EventReceived(namespace, name, args, ack_id):
                send(connection.ack(namespace, ack_id, *answer))
            case NamespaceLeft(namespace, sid, reason):
                rooms_left = rooms.leave_all(sid)
                if reason.recoverable: recovery.park(record, rooms_left, now)
                else: recovery.drop(record)

One event for many sockets is encoded once, and spliced once for all that share an offset::

    event = encode_event("/", "messageBroadcast", payload)
    for sid in rooms.members(channel):
        send(sid, connection_of(sid).emit(event, offset=offset))
"""

from __future__ import annotations

from jupyter_agentchat.socketio.connection import Connection
from jupyter_agentchat.socketio.connection_events import (
    AckMissed,
    AckReceived,
    CloseEngine,
    ConnectionEvent,
    ConnectRequested,
    EventReceived,
    NamespaceLeft,
    SendFrames,
)
from jupyter_agentchat.socketio.connection_states import (
    MEMBER_TRANSITIONS,
    MemberMove,
    MemberState,
)
from jupyter_agentchat.socketio.encoding import EncodedEvent, encode_event, encode_packet
from jupyter_agentchat.socketio.engine import EngineSession
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
from jupyter_agentchat.socketio.engine_packets import PING, message_frame
from jupyter_agentchat.socketio.engine_server import (
    Continue,
    Decision,
    EngineRequest,
    EngineServer,
    Open,
)
from jupyter_agentchat.socketio.engine_states import ENGINE_TRANSITIONS, EngineMove, EngineState
from jupyter_agentchat.socketio.errors import IllegalMoveError, PacketError, PacketTooLargeError
from jupyter_agentchat.socketio.frames import Frame, Frames, size_of
from jupyter_agentchat.socketio.recovery import (
    RECORD_TRANSITIONS,
    Record,
    RecordMove,
    RecordState,
    Recovery,
)
from jupyter_agentchat.socketio.refusal import Refuse
from jupyter_agentchat.socketio.rooms import Rooms
from jupyter_agentchat.socketio.settings import ConnectionSettings, EngineSettings, Transport

__all__ = [
    "ENGINE_TRANSITIONS",
    "MEMBER_TRANSITIONS",
    "PING",
    "RECORD_TRANSITIONS",
    "AckMissed",
    "AckReceived",
    "Answer",
    "Close",
    "CloseEngine",
    "CloseReason",
    "ConnectRequested",
    "Connection",
    "ConnectionEvent",
    "ConnectionSettings",
    "Continue",
    "Decision",
    "EncodedEvent",
    "EngineEvent",
    "EngineMove",
    "EngineRequest",
    "EngineServer",
    "EngineSession",
    "EngineSettings",
    "EngineState",
    "EventReceived",
    "Frame",
    "Frames",
    "IllegalMoveError",
    "MemberMove",
    "MemberState",
    "MessageReceived",
    "NamespaceLeft",
    "Open",
    "PacketError",
    "PacketTooLargeError",
    "Record",
    "RecordMove",
    "RecordState",
    "Recovery",
    "Refuse",
    "Rooms",
    "SendFrames",
    "SessionClosed",
    "Transport",
    "TransportUpgraded",
    "Write",
    "encode_event",
    "encode_packet",
    "message_frame",
    "size_of",
]
