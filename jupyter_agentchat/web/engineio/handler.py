"""``…/socket.io/``: HTTP polling and WebSocket on one address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.http1connection import HTTP1Connection
from tornado.web import stream_request_body
from tornado.websocket import WebSocketHandler

from jupyter_agentchat.errors import ForbiddenError
from jupyter_agentchat.protocol.announcement import SECRET_HEADER
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.socketio import Answer, Continue, EngineRequest, Open, Refuse
from jupyter_agentchat.socketio.settings import Transport
from jupyter_agentchat.web.auth import is_foreign
from jupyter_agentchat.web.backend import Backend
from jupyter_agentchat.web.cors import CrossOrigin
from jupyter_agentchat.web.direct import StreamSink, Unlogged, has_answered, sink_of, stream_of
from jupyter_agentchat.web.engineio.driver import Driver
from jupyter_agentchat.web.engineio.mount import Mount
from jupyter_agentchat.web.engineio.visitor import Known, Stranger, Visitor

STRANGER_BYTES = 16 * 1024
"""What somebody may send in one go who has not said who they are."""
_PROTOCOL = frozenset({"EIO", "transport"})


@stream_request_body
class EngineHandler(Unlogged, CrossOrigin, WebSocketHandler):
    """One request of a session; a subclass names the mount.

    Polls are many, and tell of session ids: the access log has none of them.

    Who signs in with the request (cookie, ``Authorization``, ``?token=``) is known from then on.
    Who brings no credential at all gets as far as the open packet, and has to send one with
    CONNECT; a wrong one is refused at once. A polling client has no XSRF header, so with a cookie
    its Origin is checked as a socket's is.
    """

    action = "execute"
    mount_of: Callable[[Backend], Mount]

    sink: StreamSink
    _driver: Driver | None = None
    _answered: asyncio.Future[None] | None = None
    _body: bytearray

    @property
    def mount(self) -> Mount:
        """The sessions."""
        return type(self).mount_of(self.backend)

    @property
    def admits_strangers(self) -> bool:
        """Whether this may be a handshake, or its continuation, before the sign-in."""
        provider = self.identity_provider
        has_credential = (
            SECRET_HEADER in self.request.headers
            or "Authorization" in self.request.headers
            or bool(provider.get_token(self))
        )
        is_ours = self.request.query_arguments.keys() >= _PROTOCOL
        return is_ours and not has_credential and self.request.method in {"GET", "POST"}

    @property
    def identity(self) -> Known | Stranger:
        """Who sends this request, as far as it tells."""
        if self.current_user is not None:
            return Known(self.author.id)
        return Stranger(str(self.request.remote_ip))

    @property
    def max_message_size(self) -> int:
        """Bytes of a WebSocket message, or of a POST: fewer before the sign-in."""
        return self._limit

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Guard the request before its body is read."""
        self._body = bytearray()
        await super().prepare(_redirect_to_login=False)
        if has_answered(self):
            return
        driver = self.mount.find(self.get_query_argument("sid", ""))
        is_known = self.current_user is not None or (
            driver is not None
            and driver.session.identity == self.identity
            and driver.visitor.user is not None
        )
        self._limit = self.mount.engine.settings.max_payload if is_known else STRANGER_BYTES
        cast("HTTP1Connection", self.request.connection).set_max_body_size(self._limit)

    def data_received(self, chunk: bytes) -> None:
        """Take a part of the body; Tornado refuses one over the limit that `prepare` set."""
        self._body += chunk

    def check_xsrf_cookie(self) -> None:
        """Take the Origin for the XSRF token, which socket.io-client does not send."""
        is_known = getattr(self, "_jupyter_current_user", None) is not None  # not yet, at first
        if is_known and not self.check_origin(self.get_origin()):
            raise ForbiddenError("With a cookie this request needs the Origin of this server.")

    def check_origin(self, origin: str | None = None) -> bool:
        """Tell whether the page at `origin` may use the cookie that came with the request."""
        if self.current_user is None or self.token_authenticated:
            return True
        if origin is None:
            return self._owner is not None  # nobody's cookie: the server asks for no sign-in
        return not is_foreign(self, origin)

    @allow_unauthenticated
    async def get(self) -> None:
        """Open a session, poll, or upgrade."""
        is_socket = self.request.headers.get("Upgrade", "").lower() == "websocket"
        await self._take(is_socket=is_socket)

    @allow_unauthenticated
    async def post(self) -> None:
        """Take packets."""
        await self._take()

    @allow_unauthenticated
    async def put(self) -> None:
        """Refuse, as the protocol does."""
        await self._take()

    patch = delete = head = options = put

    def answer(self, answer: Answer) -> None:
        """Answer this request, if its client is still there."""
        if self._answered is None or self._answered.done():
            return
        self._reply(answer.status, answer.body, answer.content_type)
        self._answered.set_result(None)

    async def _take(self, *, is_socket: bool = False) -> None:
        _ = self.service
        query = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        request = EngineRequest(str(self.request.method), query, is_socket, self.identity)
        decision = self.mount.engine.decide(request)
        if isinstance(decision, Refuse):
            self._reply(decision.status, decision.body, "application/json")
            return
        if isinstance(decision, Continue):
            self._driver = self.mount.find(decision.session.sid)
        else:
            self.mount.check_room(self.identity)
        if not is_socket:
            await self._poll(decision)
            return
        if not self.check_origin(self.get_origin()):
            raise ForbiddenError("A socket with a cookie needs the Origin of this server.")
        await super().get()

    async def _poll(self, decision: Open | Continue) -> None:
        self._answered = asyncio.get_running_loop().create_future()
        if self._driver is None:
            self._driver = self._begin("polling")
            self._driver.begin(self)
        elif isinstance(decision, Continue) and decision.call == "post":
            await self._driver.upper.room()
            self._driver.post(self, bytes(self._body))
        else:
            self._driver.poll(self)
        await self._answered

    def _begin(self, transport: Transport) -> Driver:
        visitor = Visitor(self)
        driver = self.mount.open(transport, self.identity, visitor)
        visitor.when_known(self._raise_limit)
        self.backend.readers.add(driver)
        driver.on_end(lambda: self.backend.readers.discard(driver))
        return driver

    def _raise_limit(self) -> None:
        """Take longer messages from somebody who has said who it is."""
        parameters = getattr(self.ws_connection, "params", None)
        if parameters is not None:
            parameters.max_message_size = self.mount.engine.settings.max_payload

    def open(self, *args: object, **kwargs: object) -> None:  # noqa: ARG002 - Tornado's interface
        """Begin with a WebSocket."""
        self.sink = sink_of(stream_of(self))
        if self._driver is None:
            self._driver = self._begin("websocket")
            self._driver.begin(self)
        else:
            self._driver.attach(self)

    async def on_message(self, message: str | bytes) -> None:
        """Take a frame; the next one is read when there is room for it."""
        if self._driver is not None:
            self._driver.receive(self, message)
            await self._driver.upper.room()

    def shut(self, code: CloseCode | None) -> None:
        """Close the WebSocket."""
        if code is None:
            self.close(1000)
        else:
            self.close(int(code), code.reason)

    def on_close(self) -> None:
        """Tornado's call when the WebSocket is closed."""
        if self._driver is not None:
            self._driver.lost(self)

    def on_connection_close(self) -> None:
        """Tornado's call when the client has gone before its answer."""
        if self._answered is None:
            super().on_connection_close()
        elif not self._answered.done():
            self._answered.set_result(None)
            if self._driver is not None:
                self._driver.lost(self)

    def _reply(self, status: int, body: bytes, content_type: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", content_type)
        self.set_header("Cache-Control", "no-store")
        self.finish(body)
