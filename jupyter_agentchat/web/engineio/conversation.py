"""One Socket.IO connection on the event loop, on top of one session."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.errors import AgentChatError, UnansweredError
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.socketio import (
    AckMissed,
    AckReceived,
    CloseEngine,
    CloseReason,
    Connection,
    ConnectionEvent,
    ConnectRequested,
    EncodedEvent,
    EventReceived,
    NamespaceLeft,
    SendFrames,
)
from jupyter_agentchat.web.engineio.client import Client, Tap
from jupyter_agentchat.web.engineio.framing import framed
from jupyter_agentchat.web.engineio.presences import Presence, Presences
from jupyter_agentchat.web.engineio.visitor import Visitor

MAX_WAITING = 256
"""Events of one client that wait; beyond it nothing more is read from it (policy ``block``)."""
LEFT = "The client left without an answer."
_REFUSED = "Sign in to Jupyter, or send the server's token as auth.token; this one is not known."

_log = logging.getLogger(__name__)


class Session(Protocol):
    """The session below."""

    outlet: Outlet
    visitor: Visitor
    tap: Tap | None
    heard_ns: int

    def now(self) -> int:
        """Return the instant, in monotonic ns."""
        ...

    def arm(self) -> None:
        """Look at the deadlines again: there is a new one."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Conversation:
    """Hands what a client says to its members, one thing after the other.

    Parameters
    ----------
    connection : Connection
        The machine; it is driven by nobody else.
    presences : Presences
        The clients of the mount point.
    admit : callable
        Returns who is on the other side by what CONNECT says; None if that cannot be told.
    """

    def __init__(
        self,
        session: Session,
        connection: Connection,
        presences: Presences,
        admit: Callable[[Mapping[str, object]], Awaitable[Author | None]],
    ) -> None:
        self._session = session
        self._connection = connection
        self._presences = presences
        self._admit = admit
        self._here: dict[str, Presence] = {}
        self._calls: dict[int, asyncio.Future[Sequence[object]]] = {}
        self._inbox: deque[ConnectionEvent] = deque()
        self._task: asyncio.Task[None] | None = None
        self._room = asyncio.Event()

    @property
    def outlet(self) -> Outlet:
        """The way out."""
        return self._session.outlet

    @property
    def visitor(self) -> Visitor:
        """Who is on the other side."""
        return self._session.visitor

    @property
    def heard_ns(self) -> int:
        """When the client last said something."""
        return self._session.heard_ns

    def tap(self, hear: Tap | None) -> None:
        """Have `hear` called with everything that is written."""
        self._session.tap = hear

    @property
    def is_waiting(self) -> bool:
        """Whether the client is in no namespace yet."""
        return self._connection.is_waiting

    def receive(self, data: str | bytes, now: int) -> None:
        """Take a message."""
        self._apply(self._connection.receive(data, now))

    def end(self, reason: CloseReason) -> None:
        """Note that the session is over."""
        self._apply(self._connection.end(reason))

    async def call(self, event: EncodedEvent, timeout_s: float) -> Sequence[object]:
        """Write an event that the client has to acknowledge; see `Client.call`."""
        if not self._connection.is_open:
            raise UnansweredError(LEFT)
        ack_id, frames = self._connection.call(
            event, timeout_ms=round(timeout_s * 1e3), now=self._session.now()
        )
        answer: asyncio.Future[Sequence[object]] = asyncio.get_running_loop().create_future()
        self._calls[ack_id] = answer
        self._write(SendFrames(frames))
        self._session.arm()
        try:
            return await answer
        finally:
            del self._calls[ack_id]

    def expel(self, client: Client | None = None) -> None:
        """Put a client out of its namespace, or all."""
        for namespace, presence in list(self._here.items()):
            if client is None or presence.client is client:
                self._apply(self._connection.disconnect(namespace))

    def drop(self) -> None:
        """End the connection; its clients may come back."""
        self._session.close()

    def next_deadline(self) -> int | None:
        """Return when `handle_timeout` is due."""
        return self._connection.next_deadline()

    def handle_timeout(self, now: int) -> None:
        """Do what is due."""
        self._apply(self._connection.handle_timeout(now))

    async def room(self) -> None:
        """Return when fewer than `MAX_WAITING` events wait."""
        while len(self._inbox) >= MAX_WAITING:
            self._room.clear()
            await self._room.wait()

    def stop(self) -> None:
        """Let nothing of what waits happen any more."""
        self._inbox.clear()
        if self._task is not None:
            self._task.cancel()

    def _apply(self, events: list[ConnectionEvent]) -> None:
        for event in events:
            if isinstance(event, SendFrames):
                self._write(event)
            elif isinstance(event, AckReceived | AckMissed):
                self._settle(event)
            elif isinstance(event, CloseEngine):
                _log.debug("A client is closed: %s %s", event.reason, event.detail)
                self._session.close()
            else:
                if isinstance(event, NamespaceLeft) and event.namespace in self._here:
                    self._here[event.namespace].client.attach(None)
                self._inbox.append(event)
        if self._inbox and self._task is None:
            self._task = asyncio.create_task(self._run())

    def _settle(self, event: AckReceived | AckMissed) -> None:
        """Hand an answer to whoever waits; at once, or an event that waits would wait for ever."""
        call = self._calls.get(event.ack_id)
        if call is None or call.done():
            return
        if isinstance(event, AckReceived):
            call.set_result(event.args)
        else:
            late = "The client did not answer in time."
            call.set_exception(UnansweredError(late if event.timed_out else LEFT))

    def _write(self, event: SendFrames) -> None:
        with suppress(AgentChatError):
            self.outlet.write(framed(event.frames))

    async def _run(self) -> None:
        try:
            while self._inbox:
                event = self._inbox.popleft()
                self._room.set()
                try:
                    await self._handle(event)
                except Exception:  # noqa: BLE001 - one event's failure is not the connection's
                    _log.exception("A Socket.IO event failed")
        finally:
            self._task = None

    async def _handle(self, event: ConnectionEvent) -> None:
        match event:
            case ConnectRequested():
                await self._connect(event)
            case EventReceived(namespace, name, args, ack_id):
                if presence := self._here.get(namespace):
                    answer = await presence.member.event(name, args)
                    if ack_id is not None and answer is not None and presence.client.is_here:
                        frames = self._connection.ack(namespace, ack_id, *answer)
                        await presence.client.send(framed(frames))
            case NamespaceLeft(namespace, _, reason):
                if presence := self._here.pop(namespace, None):
                    self._presences.lost(presence, recoverable=reason.recoverable)

    async def _connect(self, asked: ConnectRequested) -> None:
        user = await self._admit(asked.auth)
        if user is None:
            self._refuse(asked.namespace, _REFUSED)
            self._session.close()
            return
        try:
            presence, recovered = await self._presences.enter(asked, user)
        except AgentChatError as error:
            self._refuse(asked.namespace, error.message)
            return
        self._here[asked.namespace] = presence
        if not self._connection.is_open:  # it left meanwhile, before it was in
            del self._here[asked.namespace]
            self._presences.lost(presence, recoverable=recovered)
            return
        frames = self._connection.accept(asked.namespace, presence.client.sid, pid=presence.pid)
        self._write(SendFrames(frames))
        presence.client.attach(self)
        presence.member.begin(recovered=recovered)

    def _refuse(self, namespace: str, message: str) -> None:
        if self._connection.is_open:
            self._write(SendFrames(self._connection.refuse(namespace, message)))
