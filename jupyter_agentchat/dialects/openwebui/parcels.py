"""What several tabs are told at once: encoded one time, numbered for those that may come back.

The number of an event is its Socket.IO offset: a client that keeps its connection's state names
the last one that it saw, and gets what came after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from jupyter_agentchat.socketio import EncodedEvent, encode_event
from jupyter_agentchat.web.engineio.framing import framed

NAMESPACE = "/"


def told(name: str, payload: dict[str, Any]) -> EncodedEvent:
    """Return one event of this dialect."""
    return encode_event(NAMESPACE, name, payload)


class Parcel:
    """Events that leave together.

    Parameters
    ----------
    first : int
        The number of the first event; the others follow.
    """

    def __init__(self, first: int, events: Sequence[EncodedEvent]) -> None:
        self.first = first
        self._events = tuple(events)

    @property
    def last(self) -> int:
        """The number of the last event."""
        return self.first + len(self._events) - 1

    @cached_property
    def plain(self) -> bytes:
        """The bytes for clients that begin anew when they are back."""
        return b"".join([framed(event.plain) for event in self._events])

    @cached_property
    def numbered(self) -> bytes:
        """The bytes for clients that come back to where they were."""
        return self.after(self.first - 1)

    def after(self, number: int) -> bytes:
        """Return what comes after an event, numbered."""
        skipped = max(number - self.first + 1, 0)
        return b"".join(
            [
                framed(event.frames(offset=str(at)))
                for at, event in enumerate(self._events[skipped:], self.first + skipped)
            ]
        )


class Counter:
    """Numbers the events of one server process, from 1."""

    def __init__(self) -> None:
        self._next = 1

    def parcel(self, events: Sequence[EncodedEvent]) -> Parcel:
        """Return events as a parcel, under the next numbers."""
        parcel = Parcel(self._next, events)
        self._next += len(events)
        return parcel
