"""What a dialect implements to be spoken over Socket.IO."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from jupyter_agentchat.socketio.settings import ConnectionSettings, EngineSettings
from jupyter_agentchat.web.engineio.client import Client

Answer = Sequence[object] | None
"""The arguments of an acknowledgement; None where the dialect owes none."""


class Member(Protocol):
    """One client in one namespace, from `Application.connect` to `left`.

    Guarantees
    ----------
    Order
        All calls for one client come one after the other, in the order in which the client
        spoke; what a client said before it left is heard before `left`.
    End
        `left` is called exactly once, and nothing after it. `parked` and `resume` come in turns.
    Isolation
        An exception concerns the one call: it is logged, and the client's acknowledgement is not
        sent.
    """

    def begin(self, *, recovered: bool) -> None:
        """Speak: the client knows that it is in, with its old state or a new one."""
        ...

    async def event(self, name: str, args: Sequence[object]) -> Answer:
        """Take an event; what is returned answers the client's callback, if it gave one."""
        ...

    def parked(self) -> None:
        """Stop writing: the wire is lost. The client may come back until it is `left`."""
        ...

    async def resume(self, offset: str | None) -> bool:
        """Prepare to go on after `offset`, the last one that the client saw; None: it saw none.

        Whether the user may still do so was asked anew. False: it begins as a new client, and
        this member is left.
        """
        ...

    def left(self) -> None:
        """Let go: the client left, or did not come back in time."""
        ...


class Application(Protocol):
    """One dialect's side of a mount point.

    Attributes
    ----------
    namespaces : collection of str
        What clients may ask for.
    engine, connection : EngineSettings, ConnectionSettings
        Intervals and limits.
    recovery_s : float
        How long a lost client may come back to its state; 0 for never.
    """

    namespaces: Collection[str]
    engine: EngineSettings
    connection: ConnectionSettings
    recovery_s: float

    def credential(self, auth: Mapping[str, object]) -> str | None:
        """Return the token in a CONNECT payload, for those who did not sign in before."""
        ...

    async def connect(self, client: Client, auth: Mapping[str, object]) -> Member:
        """Take a client whose user is known and may be here.

        Raises
        ------
        AgentChatError
            If it may not enter; its sentence becomes the client's ``connect_error``.
        """
        ...

    def close(self) -> None:
        """Let go of everything; the members have left."""
        ...
