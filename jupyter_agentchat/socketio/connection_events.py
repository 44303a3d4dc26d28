"""What a Socket.IO connection tells its shell, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from jupyter_agentchat.socketio.engine_events import CloseReason
from jupyter_agentchat.socketio.frames import Frames


class ConnectRequested(Struct, frozen=True):
    """A client asks for a namespace: answer with `Connection.accept` or `Connection.refuse`.

    Attributes
    ----------
    namespace : str
        One that the connection offers.
    auth : mapping
        The CONNECT payload as sent, empty if there was none.
    pid, offset : str or None
        What a client sends that wants its state back (`Recovery`).
    """

    namespace: str
    auth: Mapping[str, object]
    pid: str | None
    offset: str | None


class EventReceived(Struct, frozen=True):
    """A client sent an event; with an `ack_id` it waits for `Connection.ack`, once."""

    namespace: str
    name: str
    args: Sequence[object]
    ack_id: int | None


class AckReceived(Struct, frozen=True):
    """A client acknowledged the event that was sent with `ack_id`."""

    namespace: str
    ack_id: int
    args: Sequence[object]


class AckMissed(Struct, frozen=True):
    """Nobody will acknowledge `ack_id` any more: its time ran out, or its client left."""

    namespace: str
    ack_id: int
    timed_out: bool


class NamespaceLeft(Struct, frozen=True):
    """A client is no longer in a namespace where it was `sid`.

    `reason.recoverable` tells whether its state is worth keeping.
    """

    namespace: str
    sid: str
    reason: CloseReason


class SendFrames(Struct, frozen=True):
    """Give `frames` to `EngineSession.send`."""

    frames: Frames


class CloseEngine(Struct, frozen=True):
    """Call `EngineSession.close`: the client broke the protocol, or never connected.

    `detail` is for the log.
    """

    reason: CloseReason
    detail: str = ""


ConnectionEvent = (
    ConnectRequested
    | EventReceived
    | AckReceived
    | AckMissed
    | NamespaceLeft
    | SendFrames
    | CloseEngine
)
