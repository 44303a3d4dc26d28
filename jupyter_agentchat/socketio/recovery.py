"""Connection-state recovery: a client that lost the wire comes back as who and where it was.

A client that was given a private id (``pid``) in CONNECT sends it back with the last offset it
saw. What was missed is not kept here: the offset is the application's own opaque text and holds
the position of every channel the session is in, so the application reads the gap from its log.

Source: "Connection state recovery" of the reference server, whose client decides by the ``pid``
in the answer: the same one means recovered.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from jupyter_agentchat.protocol.ids import token
from jupyter_agentchat.socketio.machine import step

PID_LENGTH = 24  # characters of base 62: 142 bits


class RecordState(StrEnum):
    """Where the memory of one session stands."""

    LIVE = "live"
    PARKED = "parked"
    GONE = "gone"


class RecordMove(StrEnum):
    """What can happen to it."""

    PARK = "park"
    RESUME = "resume"
    DROP = "drop"


_S, _M = RecordState, RecordMove

RECORD_TRANSITIONS: dict[RecordState, dict[RecordMove, RecordState]] = {
    _S.LIVE: {_M.PARK: _S.PARKED, _M.DROP: _S.GONE},
    _S.PARKED: {_M.RESUME: _S.LIVE, _M.DROP: _S.GONE},
    _S.GONE: {},
}


class Record(Struct):
    """What is remembered of one session.

    Attributes
    ----------
    pid : str
        Its private id, a secret of its client.
    sid : str
        Its public id, which it keeps.
    namespace : str
        Where it is valid.
    identity : object
        Whose it is; compared with ``==``.
    offset : str or None
        Where it stood when it began: what counts for a client that has seen no offset since.
    state : RecordState
        Whether it is connected now.
    rooms : tuple of str
        Where it was when it was parked.
    expires : int or None
        When it is forgotten, if it is parked.
    """

    pid: str
    sid: str
    namespace: str
    identity: object
    offset: str | None = None
    state: RecordState = RecordState.LIVE
    rooms: tuple[str, ...] = ()
    expires: int | None = None


def new_private_id() -> str:
    """Return a private id that nobody can guess."""
    return token(PID_LENGTH)


class Recovery:
    """The sessions of one mount point that may come back.

    Only `identity` itself finds its record, in its own namespace; another one learns nothing and
    changes nothing. A record of a client that came back before its old transport was known to be
    dead is found ``LIVE``: close that one, which parks the record, then resume it.

    Parameters
    ----------
    ttl_ns : int
        How long a lost session is kept.
    max_parked : int
        How many are kept at most; the oldest goes first.
    new_pid : callable
        Returns an id that nobody can guess.
    """

    def __init__(
        self,
        ttl_ns: int,
        *,
        max_parked: int = 10_000,
        new_pid: Callable[[], str] = new_private_id,
    ) -> None:
        self._ttl_ns = ttl_ns
        self._max_parked = max_parked
        self._new_pid = new_pid
        self._records: dict[str, Record] = {}
        self._parked: dict[str, Record] = {}  # in the order they expire

    def begin(
        self, namespace: str, sid: str, *, identity: object, offset: str | None = None
    ) -> Record:
        """Remember a new session; its ``pid`` goes to `Connection.accept`."""
        record = Record(self._new_pid(), sid, namespace, identity, offset)
        self._records[record.pid] = record
        return record

    def find(self, pid: str, namespace: str, *, identity: object, now: int) -> Record | None:
        """Return the record that `identity` may resume in `namespace`, if there is one."""
        record = self._records.get(pid)
        if record is None or (record.expires is not None and record.expires <= now):
            return None
        return record if (record.namespace, record.identity) == (namespace, identity) else None

    def park(self, record: Record, rooms: tuple[str, ...], now: int) -> list[Record]:
        """Keep a session whose wire was lost; return those that had to go for it."""
        _move(record, RecordMove.PARK)
        record.rooms, record.expires = rooms, now + self._ttl_ns
        self._parked[record.pid] = record
        surplus = len(self._parked) - self._max_parked
        return [self.drop(old) for old in list(self._parked.values())[: max(surplus, 0)]]

    def resume(self, record: Record) -> tuple[str, ...]:
        """Note that a parked session is back, and return the rooms to put it into."""
        _move(record, RecordMove.RESUME)
        del self._parked[record.pid]
        rooms, record.rooms, record.expires = record.rooms, (), None
        return rooms

    def drop(self, record: Record) -> Record:
        """Forget a session that left on purpose, or may not come back."""
        _move(record, RecordMove.DROP)
        self._records.pop(record.pid, None)
        self._parked.pop(record.pid, None)
        return record

    def next_deadline(self) -> int | None:
        """Return when `handle_timeout` has to be called."""
        return next((record.expires for record in self._parked.values()), None)

    def handle_timeout(self, now: int) -> list[Record]:
        """Forget what expired, and return it."""
        late = [
            old for old in self._parked.values() if old.expires is not None and old.expires <= now
        ]
        return [self.drop(old) for old in late]


def _move(record: Record, move: RecordMove) -> None:
    record.state = step(RECORD_TRANSITIONS, record.state, move)
