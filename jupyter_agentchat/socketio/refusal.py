"""The refusals of an Engine.IO server, as values.

Source: the error codes of the reference server; engine.io-protocol, revision 4, "Transports".
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from jupyter_agentchat.socketio.engine_events import Answer


class Refuse(Struct, frozen=True):
    """A request that gets no further: an HTTP error, also instead of a WebSocket's 101.

    Attributes
    ----------
    code : int
        The reference server's number, 0 to 5.
    message : str
        What it says with it.
    status : int
        HTTP status.
    """

    code: int
    message: str
    status: int = 400

    @property
    def body(self) -> bytes:
        """The JSON body."""
        return msgspec.json.encode({"code": self.code, "message": self.message})

    def answer(self, peer: object) -> Answer:
        """Return the answer that carries this refusal to `peer`."""
        return Answer(peer, self.status, self.body, "application/json")


UNKNOWN_TRANSPORT = Refuse(0, "Transport unknown")
UNKNOWN_SID = Refuse(1, "Session ID unknown")
BAD_METHOD = Refuse(2, "Bad handshake method")
BAD_REQUEST = Refuse(3, "Bad request")
FORBIDDEN = Refuse(4, "Forbidden", 403)
UNSUPPORTED_VERSION = Refuse(5, "Unsupported protocol version")
