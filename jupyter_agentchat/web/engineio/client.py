"""One client in one namespace, as its application sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from jupyter_agentchat.bus.outlet import Outlet
from jupyter_agentchat.errors import DisconnectedError, UnansweredError
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.socketio import EncodedEvent, encode_event
from jupyter_agentchat.web.engineio.visitor import Visitor
from jupyter_agentchat.web.handlers import Guarded

Tap = Callable[[bytes], None]
"""Hears packets (see `framing`) in the order in which they leave."""


class Line(Protocol):
    """The connection that a client is on now."""

    @property
    def outlet(self) -> Outlet:
        """The way out."""
        ...

    @property
    def visitor(self) -> Visitor:
        """Who is on the other side."""
        ...

    @property
    def heard_ns(self) -> int:
        """When the client last said something, a pong included (monotonic)."""
        ...

    def tap(self, hear: Tap | None) -> None:
        """Have `hear` called with everything that is written."""
        ...

    async def call(self, event: EncodedEvent, timeout_s: float) -> Sequence[object]:
        """Write an event that the client has to acknowledge; return what it answers."""
        ...

    def expel(self, client: Client) -> None:
        """Put it out of its namespace."""
        ...

    def drop(self) -> None:
        """End the connection; what is on it may come back."""
        ...


class Client:
    """Where to write to a client, wherever it is connected now.

    Attributes
    ----------
    sid : str
        Its public id, which it keeps when it comes back.
    namespace : str
        Where it is.
    user : Author
        Who it is.
    returns : bool
        Whether it may come back to its state; the application can say no when it takes it.
    """

    def __init__(self, sid: str, namespace: str, user: Author) -> None:
        self.sid = sid
        self.namespace = namespace
        self.user = user
        self.returns = True
        self._line: Line | None = None

    @property
    def is_here(self) -> bool:
        """Whether it is connected; otherwise all that is written is dropped."""
        return self._line is not None

    @property
    def outlet(self) -> Outlet:
        """The way out of its connection.

        Raises
        ------
        DisconnectedError
            If it is not connected.
        """
        if self._line is None:
            raise DisconnectedError("The client is not connected.")
        return self._line.outlet

    @property
    def heard_ns(self) -> int | None:
        """When it last said something, a pong included (monotonic); None if it is not here."""
        return None if self._line is None else self._line.heard_ns

    def attach(self, line: Line | None) -> None:
        """Note where it is connected now; None for nowhere."""
        self._line = line

    def write(self, packets: bytes) -> None:
        """Write packets (see `framing.packed`) now, whatever waits already."""
        with suppress(DisconnectedError):
            self.outlet.write(packets)

    def offer(self, packets: bytes) -> None:
        """Write ephemeral packets, or drop them if the client reads too slowly."""
        with suppress(DisconnectedError):
            self.outlet.offer(packets)

    async def send(self, packets: bytes) -> None:
        """Write packets as soon as the client has taken what was written before."""
        with suppress(DisconnectedError):
            await self.outlet.send(packets)

    async def call(self, name: str, *args: object, timeout_s: float) -> Sequence[object]:
        """Write an event now and wait for the client's acknowledgement; returns its arguments.

        Raises
        ------
        UnansweredError
            If none came in time, or the client left, or is not there.
        InvalidInputError
            If the name is reserved, or an argument is not JSON.
        """
        if self._line is None:
            raise UnansweredError("The client is not connected, so it cannot be asked.")
        return await self._line.call(encode_event(self.namespace, name, *args), timeout_s)

    def tap(self, hear: Tap | None) -> None:
        """Have `hear` called with everything that is written to the client's connection."""
        if self._line is not None:
            self._line.tap(hear)

    async def may(self, question: Callable[[Guarded], Awaitable[bool]]) -> bool:
        """Ask something about the request by which the client signed in."""
        return self._line is not None and await question(self._line.visitor.request)

    def drop(self) -> None:
        """End the connection that the client is on; it may come back."""
        if self._line is not None:
            self._line.drop()

    def disconnect(self) -> None:
        """Put the client out; it is told so and does not come back by itself."""
        if self._line is not None:
            self._line.expel(self)
