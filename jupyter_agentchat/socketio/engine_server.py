"""Which session a request belongs to, decided from values alone.

Source: engine.io-protocol, revision 4, "Transports"; the order of the checks and their codes are
the reference server's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, get_args

from msgspec import Struct

from jupyter_agentchat.protocol.ids import token
from jupyter_agentchat.socketio.engine import EngineSession
from jupyter_agentchat.socketio.refusal import (
    BAD_METHOD,
    BAD_REQUEST,
    FORBIDDEN,
    UNKNOWN_SID,
    UNKNOWN_TRANSPORT,
    UNSUPPORTED_VERSION,
    Refuse,
)
from jupyter_agentchat.socketio.settings import EngineSettings, Transport

SID_LENGTH = 20  # characters of base 62: 119 bits
PROTOCOL = "4"

Call = Literal["poll", "post", "attach"]


def new_session_id() -> str:
    """Return a session id that nobody can guess."""
    return token(SID_LENGTH)


class EngineRequest(Struct, frozen=True):
    """What a decision needs to know of a request.

    Attributes
    ----------
    method : str
        HTTP method, upper case.
    query : mapping of str to str
        Query parameters; ``EIO``, ``transport`` and ``sid`` are read.
    websocket : bool
        Whether the request asks for a WebSocket.
    identity : object
        Whoever the shell recognised in this very request; an anonymous one is an identity too.
    """

    method: str
    query: Mapping[str, str]
    websocket: bool = False
    identity: object = None


class Open(Struct, frozen=True):
    """A new session: call `EngineServer.open`, then `EngineSession.open`."""

    transport: Transport


class Continue(Struct, frozen=True):
    """A request of a known session: call its `poll`, `post` or `attach` (after a 101)."""

    session: EngineSession
    call: Call


_CALLS: dict[tuple[str, bool, str], Call] = {
    ("polling", False, "GET"): "poll",
    ("polling", False, "POST"): "post",
    ("websocket", True, "GET"): "attach",
}

Decision = Refuse | Open | Continue


class EngineServer:
    """The sessions of one mount point.

    Parameters
    ----------
    settings : EngineSettings
        Of every session.
    new_sid : callable
        Returns an id that nobody can guess.
    """

    def __init__(
        self,
        settings: EngineSettings,
        new_sid: Callable[[], str] = new_session_id,
    ) -> None:
        self.settings = settings
        self.sessions: dict[str, EngineSession] = {}
        self._new_sid = new_sid

    def decide(self, request: EngineRequest) -> Decision:
        """Return what becomes of `request`; nothing changes by asking."""
        transport = request.query.get("transport")
        if transport not in get_args(Transport) or transport not in self.settings.transports:
            return UNKNOWN_TRANSPORT
        if request.query.get("EIO") != PROTOCOL:
            return UNSUPPORTED_VERSION
        sid = request.query.get("sid")
        if sid is not None:
            return self._decide_known(request, sid)
        if request.method != "GET":
            return BAD_METHOD
        if request.websocket != (transport == "websocket"):
            return BAD_REQUEST
        return Open("websocket" if request.websocket else "polling")

    def open(self, transport: Transport, *, identity: object, now: int) -> EngineSession:
        """Begin a session that answers to `identity` alone."""
        sid = self._new_sid()
        session = EngineSession(sid, transport, identity=identity, settings=self.settings, now=now)
        self.sessions[sid] = session
        return session

    def forget(self, sid: str) -> None:
        """Drop a session that is `finished`."""
        self.sessions.pop(sid, None)

    def _decide_known(self, request: EngineRequest, sid: str) -> Decision:
        session = self.sessions.get(sid)
        if session is None:
            return UNKNOWN_SID
        if session.identity != request.identity:
            return FORBIDDEN
        call = _CALLS.get((request.query["transport"], request.websocket, request.method))
        return BAD_REQUEST if call is None else Continue(session, call)
