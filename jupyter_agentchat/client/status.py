"""Where the connection stands, and who wants to know."""

from __future__ import annotations

import logging
from collections.abc import Callable

from msgspec import Struct

from jupyter_agentchat.protocol.reconnection import ConnectionMove, ConnectionState, step

_log = logging.getLogger(__name__)


class StateChange(Struct, frozen=True):
    """A connection has another state now; `reason` is one sentence, None where all is well."""

    state: ConnectionState
    reason: str | None = None


Heard = Callable[[StateChange], None]


class Status:
    """One connection's state; every move goes through the table.

    Attributes
    ----------
    state : ConnectionState
        Where it stands.
    reason : str or None
        Why it is not connected, once that is known.
    """

    def __init__(self) -> None:
        self.state = ConnectionState.DISCONNECTED
        self.reason: str | None = None
        self._listeners: list[Heard] = []

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Call `heard` at every change of state; returns what ends that.

        It is called on the connection's event loop and must return at once.
        """
        self._listeners.append(heard)

        def stop() -> None:
            if heard in self._listeners:
                self._listeners.remove(heard)

        return stop

    def move(self, move: ConnectionMove, reason: str | None = None) -> None:
        """Take one step; LifecycleError if the table does not have it."""
        before = self.state
        self.state, self.reason = step(before, move), reason
        if self.state is before:
            return
        for heard in tuple(self._listeners):
            try:
                heard(StateChange(self.state, reason))
            except Exception:  # noqa: BLE001 - a listener's failure is not the connection's
                _log.exception("A listener of the connection's state failed")
