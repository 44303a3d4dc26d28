"""Base of our WebSockets: guarded at the handshake, bounded, alive or closed."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.websocket import WebSocketMixin
from tornado.ioloop import IOLoop
from tornado.websocket import WebSocketHandler

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.errors import ForbiddenError, InvalidInputError
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES
from jupyter_agentchat.web.auth import is_foreign
from jupyter_agentchat.web.backend import PING_S
from jupyter_agentchat.web.direct import forget_response, sink_of, stream_of
from jupyter_agentchat.web.framing import text_frame
from jupyter_agentchat.web.handlers import Guarded

DEAD_MS = 25_000
"""A peer that answers no ping for so long is closed (reliability R8: within 35 s)."""


class SocketHandler(WebSocketMixin, WebSocketHandler, Guarded):
    """Tornado's handler with Jupyter's guards; every socket asks the right to ``execute``."""

    action = "execute"
    ping_interval = ping_timeout = 0
    """Without them neither Tornado nor Jupyter starts a timer for each socket."""
    max_message_size = MAX_SEND_BYTES
    shut_code: CloseCode | None = None
    """Why we closed it; None: the client did, or it was lost."""

    @ws_authenticated
    def get(self, *args: object, **kwargs: object) -> Coroutine[Any, Any, None]:
        """Upgrade, unless a foreign page asks or the service is not there.

        With a cookie the Origin must be there and be ours: browsers always send it with a
        WebSocket, and other programs have a token. It is no coroutine: that would stay until the
        socket is closed.
        """
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            raise InvalidInputError("This address speaks WebSocket: send an Upgrade header.")
        if not self.check_origin(self.get_origin()):
            raise ForbiddenError("A socket with a cookie needs the Origin of this server.")
        _ = self.service
        return super().get(*args, **kwargs)

    def check_origin(self, origin: str | None = None) -> bool:
        """Tell whether the socket may be opened from `origin`."""
        if self.token_authenticated:
            return True
        if origin is None:
            return self._owner is not None  # nobody's cookie: the server asks for no sign-in
        return not is_foreign(self, origin)

    def get_compression_options(self) -> None:
        """Leave permessage-deflate off: it costs CPU per reader and leaks lengths."""
        return

    def open(self, *args: object, **kwargs: object) -> None:
        """Begin: small frames go out at once."""
        super().open(*args, **kwargs)
        self.ping_interval, self.ping_timeout = int(PING_S * 1000), DEAD_MS  # read by `send_ping`
        self.last_ping = self.last_pong = IOLoop.current().time()
        self.backend.pings.add(self)
        forget_response(self)
        self.outlet = Outlet(sink_of(stream_of(self)), self.shut)
        self.backend.readers.add(self)

    def beat(self) -> None:
        """Send a ping, or close the socket of a peer that answers none."""
        self.send_ping()

    async def send(self, frame: bytes) -> None:
        """Write one text frame and wait until the socket has taken it.

        Raises
        ------
        DisconnectedError
            If the peer has gone.
        """
        await self.outlet.send(text_frame(frame))

    def shut(self, code: CloseCode) -> None:
        """Close with a code of ours, after what was written so far."""
        self.shut_code = self.shut_code or code
        self.outlet.flush()
        self.outlet.close()
        self.close(int(code), code.reason)

    def on_close(self) -> None:
        """Tornado's call when the socket is closed."""
        self.backend.pings.discard(self)
        self.backend.readers.discard(self)
        self.outlet.close()
        super().on_close()
