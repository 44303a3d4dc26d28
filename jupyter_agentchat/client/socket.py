"""The native WebSocket, from the client's side: commands, answers, and a connection that heals."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from msgspec import DecodeError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError

from jupyter_agentchat.client.dialing import StayAwayError, ending
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.outbox import Answer, Outbox
from jupyter_agentchat.client.retries import Retries
from jupyter_agentchat.client.status import Status
from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    ForbiddenError,
    UnavailableError,
)
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.codec import ENCODER, EventBatch, decode_frame
from jupyter_agentchat.protocol.commands import AnyCommand
from jupyter_agentchat.protocol.frames import AnyFrame, Subscribed
from jupyter_agentchat.protocol.reconnection import (
    FIRST_DELAY_S,
    ConnectionMove,
    ConnectionState,
    backoff,
)

_log = logging.getLogger(__name__)

STARTING_NS = 10_000_000_000
"""How long a server that runs may take to start its service."""
ANSWER_S = 60.0
"""How long a server that is connected may take to answer a command."""
GOODBYE_S = 2.0
"""How long `Socket.close` waits for the server to close its side."""
CLOSED = "This chat is closed; connect() opens another."

Handler = Callable[[EventBatch | AnyFrame, int, int], None]


class Socket:
    """Sends commands and matches their answers by ``ref``.

    A connection that breaks is opened again with full-jitter back-off; what was not answered is
    said again. Its states are those of `protocol.reconnection`.

    Parameters
    ----------
    on_frame : callable
        Gets every frame that answers no command, its arrival in monotonic ns, and its size.
    on_open : callable
        Called after each opening but the first, before anything is said again.
    on_lost : callable
        Called with the error when the patience is over, or when the connection is given up.
    """

    def __init__(
        self,
        server: Server,
        on_frame: Handler,
        on_open: Callable[[], None],
        on_lost: Callable[[AgentChatError], None],
        *,
        retries: Retries | None = None,
    ) -> None:
        self.status = Status()
        self._server = server
        self._on_frame = on_frame
        self._on_open = on_open
        self._on_lost = on_lost
        self._retries = retries or Retries()
        self._outbox = Outbox()
        self._connection: WebSocketClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._failed: AgentChatError | None = None
        self._saying: asyncio.Future[list[object]] | None = None

    async def open(self) -> None:
        """Connect, once the server has started; later breaks heal by themselves.

        Raises
        ------
        ServerNotFoundError, ForbiddenError, UnavailableError, DisconnectedError
            If the server cannot be reached, or refuses, or its service does not run.
        """
        clock = self._retries.clock
        until_ns = clock.monotonic_ns() + STARTING_NS
        self.status.move(ConnectionMove.OPEN)
        while self._connection is None:
            try:
                self._connection = await self._retries.dial(self._server)
            except AgentChatError as error:
                if isinstance(error, UnavailableError) and clock.monotonic_ns() < until_ns:
                    await self._retries.sleep(FIRST_DELAY_S)
                    continue
                self.status.move(ConnectionMove.REFUSED, error.message)
                raise
        self.status.move(ConnectionMove.OPENED)
        self._reader = asyncio.create_task(self._run())

    async def ask(self, command: AnyCommand) -> Answer:
        """Send a command and return its answer; without a connection it waits for one.

        Raises
        ------
        AgentChatError
            What the server answered; OutboxFullError if too much waits already;
            DisconnectedError if there is no answer.
        """
        if self._failed is not None:
            raise type(self._failed)(self._failed.message)
        waiting = self._outbox.add(command)
        try:
            # A connection that is away has its own patience; this one bounds a silent server.
            async with asyncio.timeout(ANSWER_S + self._retries.patience_s):
                await self._write(waiting.data)
                return await waiting.answer
        except TimeoutError:
            message = f"{self._server.url} is connected and does not answer."
            raise DisconnectedError(message) from None
        finally:
            self._outbox.remove(waiting)

    async def tell(self, command: AnyCommand) -> None:
        """Send a command whose answer does not matter; without a connection it is dropped."""
        await self._write(ENCODER.encode(command))

    async def close(self) -> None:
        """Close for good."""
        if self.status.state is not ConnectionState.DISCONNECTED:
            self.status.move(ConnectionMove.CLOSE, CLOSED)
        self._fail(DisconnectedError(CLOSED))
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

    async def _run(self) -> None:
        try:
            while True:
                lost = await self._listen()
                self.status.move(ConnectionMove.LOST, lost.message)
                await self._reconnect(lost)
        except _GivenUp as end:
            self._end(end.move, end.error)
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            _log.exception("The connection's reader failed")
            message = f"This client failed to read what the server sent: {error!r}."
            self._end(ConnectionMove.REFUSED, DisconnectedError(message))

    async def _listen(self) -> AgentChatError:
        """Take frames until the connection breaks; returns why it did."""
        connection = self._connection
        while connection is not None:
            frame = await connection.read_message()
            received_ns = SYSTEM_CLOCK.monotonic_ns()
            if frame is None:
                break
            try:
                decoded = decode_frame(frame)
            except DecodeError as error:
                message = f"The server sent what this client cannot read: {error}"
                raise _GivenUp(ConnectionMove.REFUSED, DisconnectedError(message)) from None
            self._dispatch(decoded, received_ns, len(frame))
        self._connection = None
        if connection is None:
            return DisconnectedError("There was no connection.")
        connection.close()
        lost = ending(connection.close_code, connection.close_reason)
        if isinstance(lost, StayAwayError):
            raise _GivenUp(ConnectionMove.REFUSED, lost)
        return lost

    async def _reconnect(self, lost: AgentChatError) -> None:
        retries = self._retries
        lost_ns = retries.clock.monotonic_ns()
        failed = 0
        refused_ns: int | None = None
        while self._connection is None:
            if retries.limit is not None and failed >= retries.limit:
                message = f"{lost.message} {failed} tries to come back failed; connect() again."
                raise _GivenUp(ConnectionMove.EXHAUSTED, DisconnectedError(message))
            await retries.sleep(backoff(failed, retries.chance))
            try:
                self._connection = await retries.dial(self._server)
            except AgentChatError as error:
                now_ns, patience_ns = retries.clock.monotonic_ns(), retries.patience_s * 1e9
                if isinstance(error, ForbiddenError):
                    refused_ns = now_ns if refused_ns is None else refused_ns
                    # A callable may have a newer token soon; what is text stays as it is.
                    if now_ns - refused_ns > patience_ns or not callable(self._server.token):
                        raise _GivenUp(ConnectionMove.REFUSED, error) from None
                elif isinstance(error, StayAwayError):
                    raise _GivenUp(ConnectionMove.REFUSED, error) from None
                failed += 1
                lost = error
                _log.debug("Still disconnected: %s", error)
                self.status.move(ConnectionMove.LOST, error.message)
                if now_ns - lost_ns > patience_ns:
                    message = f"The connection to {self._server.url} was lost: {error}"
                    self._give_up(DisconnectedError(message))
        self.status.move(ConnectionMove.OPENED)
        self._on_open()
        self._say_again(self._connection)

    def _say_again(self, connection: WebSocketClientConnection) -> None:
        """Write what has no answer, in its order and before anything new.

        Nobody waits for the socket to take it: the server may have to be read first.
        """
        with suppress(WebSocketClosedError):
            said = [connection.write_message(data.decode()) for data in self._outbox.again()]
            self._saying = asyncio.gather(*said, return_exceptions=True)

    def _dispatch(self, frame: EventBatch | AnyFrame, received_ns: int, size: int) -> None:
        answered = not isinstance(frame, EventBatch) and self._outbox.take(frame)
        if isinstance(frame, Subscribed) or not answered:
            self._on_frame(frame, received_ns, size)

    def _end(self, move: ConnectionMove, error: AgentChatError) -> None:
        self.status.move(move, error.message)
        self._fail(error)

    def _fail(self, error: AgentChatError) -> None:
        self._failed = error
        self._give_up(error)

    def _give_up(self, error: AgentChatError) -> None:
        self._on_lost(error)
        self._outbox.fail(error)


class _GivenUp(Exception):  # noqa: N818 - a way out of the reader's task, not an error
    def __init__(self, move: ConnectionMove, error: AgentChatError) -> None:
        super().__init__(error.message)
        self.move = move
        self.error = error
