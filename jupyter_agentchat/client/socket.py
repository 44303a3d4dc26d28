"""The native WebSocket, from the client's side: commands, answers, and a connection that heals."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress

from msgspec import DecodeError
from msgspec.structs import replace
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    WebSocketError,
    websocket_connect,
)

from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.failures import from_wire
from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    ForbiddenError,
    ServerNotFoundError,
    UnavailableError,
)
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.close_codes import STAY_AWAY
from jupyter_agentchat.protocol.codec import ENCODER, EventBatch, decode_frame
from jupyter_agentchat.protocol.commands import MAX_SEND_BYTES, AnyCommand, Hello
from jupyter_agentchat.protocol.frames import Ack, AnyFrame, ErrorFrame, Pong, Subscribed, Welcome

_log = logging.getLogger(__name__)

FIRST_DELAY_S = 0.25
LONGEST_DELAY_S = 10.0
PATIENCE_S = 30.0
"""How long a lost connection may take to come back before those who wait are told."""
STARTING_NS = 10_000_000_000
"""How long a server that runs may take to start its service."""
PING_S = 20.0
"""How often a silent connection is tried, and how long it may take to answer."""
GOODBYE_S = 2.0
"""How long `Socket.close` waits for the server to close its side."""

Handler = Callable[[EventBatch | AnyFrame, int], None]
Answer = Ack | Subscribed | Pong | Welcome


class Socket:
    """Sends commands and matches their answers by ``ref``.

    A connection that breaks is opened again with full-jitter back-off (0.25 s → 10 s); what was
    not answered is said again, which is safe: sends carry a ``client_message_id``, every other
    command is idempotent. Whoever waits longer than the patience gets `DisconnectedError`; the
    attempts go on.

    Parameters
    ----------
    on_frame : callable
        Gets every frame that answers no command, and its arrival in monotonic ns.
    on_open : callable
        Called after each opening but the first, before anything is said again.
    on_lost : callable
        Called with the error when the patience is over, or when the server wants no return.
    patience_s : float
        Seconds.
    """

    def __init__(
        self,
        server: Server,
        on_frame: Handler,
        on_open: Callable[[], None],
        on_lost: Callable[[AgentChatError], None],
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._server = server
        self._on_frame = on_frame
        self._on_open = on_open
        self._on_lost = on_lost
        self._patience_s = patience_s
        self._connection: WebSocketClientConnection | None = None
        self._pending: dict[int, tuple[bytes, asyncio.Future[Answer]]] = {}
        self._refs = 0
        self._reader: asyncio.Task[None] | None = None
        self._failed: AgentChatError | None = None

    async def open(self) -> None:
        """Connect, once the server has started; later breaks heal by themselves.

        Raises
        ------
        ServerNotFoundError, ForbiddenError, UnavailableError
            If the server cannot be reached, or refuses, or its service does not run.
        """
        until_ns = SYSTEM_CLOCK.monotonic_ns() + STARTING_NS
        while self._connection is None:
            try:
                await self._connect()
            except UnavailableError:
                if SYSTEM_CLOCK.monotonic_ns() > until_ns:
                    raise
                await asyncio.sleep(FIRST_DELAY_S)
        self._reader = asyncio.create_task(self._read())

    async def ask(self, command: AnyCommand) -> Answer:
        """Send a command and return its answer.

        Raises
        ------
        AgentChatError
            What the server answered, or `DisconnectedError`.
        """
        if self._failed is not None:
            raise self._failed
        self._refs += 1
        ref = self._refs
        data = _with_ref(command, ref)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._pending[ref] = (data, future)
        try:
            await self._write(data)
            return await future
        finally:
            self._pending.pop(ref, None)

    async def tell(self, command: AnyCommand) -> None:
        """Send a command whose answer does not matter."""
        await self._write(ENCODER.encode(command))

    async def close(self) -> None:
        """Close for good."""
        self._fail(DisconnectedError("This chat is closed; connect() opens another."))
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader
        if (connection := self._connection) is not None:
            connection.close(1000)
            with suppress(TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    while await connection.read_message() is not None:
                        pass

    async def _write(self, data: bytes) -> None:
        if self._connection is not None:
            with suppress(WebSocketClosedError):
                await self._connection.write_message(data.decode())

    async def _connect(self) -> None:
        url = "ws" + self._server.url.removeprefix("http") + "agentchat/ws"
        request = HTTPRequest(url, headers=self._server.headers(), connect_timeout=10)
        try:
            connection = await websocket_connect(
                request,
                max_message_size=MAX_SEND_BYTES * 4,
                ping_interval=PING_S,
                ping_timeout=PING_S,
            )
        except HTTPClientError as error:
            raise _refusal(self._server.url, error) from None
        except (OSError, ValueError, WebSocketError) as error:
            message = f"No Jupyter server answers at {self._server.url} ({error})."
            raise ServerNotFoundError(message) from None
        self._connection = connection
        await self._write(
            ENCODER.encode(Hello(protocol=1, clock_id=SYSTEM_CLOCK.clock_id, client="python"))
        )

    async def _read(self) -> None:
        try:
            await self._read_on()
        except DecodeError as error:
            self._fail(DisconnectedError(f"The server sent what this client cannot read: {error}"))

    async def _read_on(self) -> None:
        while self._failed is None:
            if self._connection is None:
                await self._reconnect()
                continue
            frame = await self._connection.read_message()
            received_ns = SYSTEM_CLOCK.monotonic_ns()
            if frame is None:
                code = self._connection.close_code
                self._connection.close()
                self._connection = None
                if code in STAY_AWAY:
                    self._fail(DisconnectedError(f"The server closed the connection ({code})."))
                continue
            self._dispatch(decode_frame(frame), received_ns)

    async def _reconnect(self) -> None:
        limit = FIRST_DELAY_S
        lost_ns = SYSTEM_CLOCK.monotonic_ns()
        while self._connection is None:
            await asyncio.sleep(random.uniform(0, limit))  # noqa: S311 - jitter, no secret
            limit = min(limit * 2, LONGEST_DELAY_S)
            try:
                await self._connect()
            except ForbiddenError as error:
                self._fail(error)
                return
            except AgentChatError as error:
                _log.debug("Still disconnected: %s", error)
                if SYSTEM_CLOCK.monotonic_ns() - lost_ns > self._patience_s * 1e9:
                    message = f"The connection to {self._server.url} was lost: {error}"
                    self._give_up(DisconnectedError(message))
        self._on_open()
        for data, _ in list(self._pending.values()):
            await self._write(data)

    def _dispatch(self, frame: EventBatch | AnyFrame, received_ns: int) -> None:
        ref = getattr(frame, "ref", None)
        if isinstance(frame, Subscribed):
            self._on_frame(frame, received_ns)
        pending = self._pending.get(ref) if isinstance(ref, int) else None
        if pending is None:
            if not isinstance(frame, Subscribed):
                self._on_frame(frame, received_ns)
            return
        future = pending[1]
        if future.done():
            return
        if isinstance(frame, ErrorFrame):
            future.set_exception(from_wire(frame.code, frame.message))
        elif isinstance(frame, Answer):
            future.set_result(frame)

    def _fail(self, error: AgentChatError) -> None:
        self._failed = error
        self._give_up(error)

    def _give_up(self, error: AgentChatError) -> None:
        self._on_lost(error)
        for _, future in self._pending.values():
            if not future.done():
                future.set_exception(error)


def _refusal(url: str, error: HTTPClientError) -> AgentChatError:
    match error.code:
        case 401 | 403:
            return ForbiddenError(f"{url} refused the credentials; give its token.")
        case 599:
            return ServerNotFoundError(f"No Jupyter server answers at {url} ({error.message}).")
        case 503:
            return UnavailableError(f"{url} is starting or stopping; try again in a moment.")
    return ServerNotFoundError(
        f"{url} has no agentchat extension (HTTP {error.code}); "
        "install jupyter-agentchat there and restart it."
    )


def _with_ref(command: AnyCommand, ref: int) -> bytes:
    return ENCODER.encode(replace(command, ref=ref))
