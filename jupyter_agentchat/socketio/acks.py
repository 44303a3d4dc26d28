"""Acknowledgements both ways: what we wait for, and what we owe.

Source: socket.io-protocol, revision 5, "Acknowledgement".
"""

from __future__ import annotations

from jupyter_agentchat.socketio.connection_events import AckMissed, AckReceived
from jupyter_agentchat.socketio.errors import IllegalMoveError, PacketError


class AwaitedAcks:
    """The events of ours that a client has to acknowledge; ids never repeat in a connection."""

    def __init__(self) -> None:
        self._next = 0
        self._deadlines: dict[int, tuple[str, int]] = {}

    def expect(self, namespace: str, deadline: int) -> int:
        """Return the id of one more acknowledgement, awaited until `deadline`."""
        ack_id, self._next = self._next, self._next + 1
        self._deadlines[ack_id] = (namespace, deadline)
        return ack_id

    def receive(self, namespace: str, ack_id: int, args: list[object]) -> list[AckReceived]:
        """Take an acknowledgement; one that nobody awaits (any more) is dropped."""
        awaited = self._deadlines.get(ack_id)
        if awaited is None or awaited[0] != namespace:
            return []
        del self._deadlines[ack_id]
        return [AckReceived(namespace, ack_id, args)]

    def next_deadline(self) -> int | None:
        """Return when the first of them runs out."""
        return min((deadline for _, deadline in self._deadlines.values()), default=None)

    def expire(self, now: int) -> list[AckMissed]:
        """Give up those whose time ran out, oldest first."""
        late = [key for key, (_, deadline) in self._deadlines.items() if deadline <= now]
        return [AckMissed(self._deadlines.pop(key)[0], key, timed_out=True) for key in late]

    def abandon(self, namespace: str) -> list[AckMissed]:
        """Give up those of a namespace that its client left."""
        lost = [key for key, (where, _) in self._deadlines.items() if where == namespace]
        return [AckMissed(self._deadlines.pop(key)[0], key, timed_out=False) for key in lost]


class OwedAcks:
    """The acknowledgements that a client waits for, in one namespace; each is given once.

    Parameters
    ----------
    limit : int
        How many are remembered; the oldest is forgotten first.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ids: dict[int, None] = {}  # a set that keeps its order

    def add(self, ack_id: int) -> None:
        """Note that a client asked for `ack_id`.

        Raises
        ------
        PacketError
            If it asked for the same one already.
        """
        if ack_id in self._ids:
            raise PacketError(f"The client already waits for the acknowledgement {ack_id}.")
        self._ids[ack_id] = None
        if len(self._ids) > self._limit:
            del self._ids[next(iter(self._ids))]

    def settle(self, ack_id: int) -> None:
        """Note that `ack_id` is given.

        Raises
        ------
        IllegalMoveError
            If nobody waits for it.
        """
        if ack_id not in self._ids:
            message = f"No client waits for the acknowledgement {ack_id}: it was given, or too old."
            raise IllegalMoveError(message)
        del self._ids[ack_id]
