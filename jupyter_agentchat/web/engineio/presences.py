"""The clients of one mount point, and those that may come back to it."""

from __future__ import annotations

import asyncio
import logging

from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.socketio import ConnectRequested, Record, RecordState, Recovery
from jupyter_agentchat.socketio.engine_server import new_session_id
from jupyter_agentchat.web.engineio.application import Application, Member
from jupyter_agentchat.web.engineio.client import Client

_log = logging.getLogger(__name__)


class Presence:
    """A client, its member, and the record by which it comes back."""

    def __init__(self, client: Client, member: Member, record: Record | None) -> None:
        self.client = client
        self.member = member
        self.record = record
        self.parked = asyncio.Event()

    @property
    def pid(self) -> str | None:
        """The private id, if it may come back."""
        return None if self.record is None else self.record.pid


class Presences:
    """Lets clients in, keeps those whose wire was lost, and forgets them in time.

    A client that is back before its old connection is known to be dead has that one ended.
    """

    def __init__(self, application: Application, clock: Clock) -> None:
        self._application = application
        self._clock = clock
        self._recovery = Recovery(round(application.recovery_s * 1e9))
        self._by_pid: dict[str, Presence] = {}
        self._present: set[Presence] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self, asked: ConnectRequested, user: Author) -> tuple[Presence, bool]:
        """Return a client's presence, and whether it is one that it had before.

        Raises
        ------
        AgentChatError
            If the application does not let it in.
        """
        if presence := await self._resumed(asked, user):
            return presence, True
        client = Client(new_session_id(), asked.namespace, user)
        member = await self._application.connect(client, asked.auth)
        record = None
        if self._application.recovery_s > 0 and client.returns:
            record = self._recovery.begin(asked.namespace, client.sid, identity=user.id)
        presence = Presence(client, member, record)
        self._present.add(presence)
        if record is not None:
            self._by_pid[record.pid] = presence
        return presence, False

    def lost(self, presence: Presence, *, recoverable: bool) -> None:
        """Note that a client is not connected any more."""
        presence.client.attach(None)
        if presence not in self._present:
            return
        record = presence.record
        if record is None or not recoverable:
            self._leave(presence)
            return
        presence.member.parked()
        for old in self._recovery.park(record, (), self._clock.monotonic_ns()):
            self._leave(self._by_pid[old.pid])
        presence.parked.set()
        self._arm()

    def close(self) -> None:
        """Let every client go."""
        if self._timer is not None:
            self._timer.cancel()
        for presence in list(self._present):
            self._leave(presence)

    async def _resumed(self, asked: ConnectRequested, user: Author) -> Presence | None:
        now = self._clock.monotonic_ns()
        record = asked.pid and self._recovery.find(
            asked.pid, asked.namespace, identity=user.id, now=now
        )
        if not record:
            return None
        presence = self._by_pid[record.pid]
        if record.state is RecordState.LIVE:
            presence.client.drop()
            await presence.parked.wait()
        if record.state is not RecordState.PARKED:
            return None
        self._recovery.resume(record)
        presence.parked.clear()
        if await presence.member.resume(asked.offset):
            return presence
        self._leave(presence)
        return None

    def _leave(self, presence: Presence) -> None:
        self._present.discard(presence)
        presence.client.attach(None)
        if presence.record is not None:
            self._by_pid.pop(presence.record.pid, None)
            if presence.record.state is not RecordState.GONE:
                self._recovery.drop(presence.record)
        presence.parked.set()
        try:
            presence.member.left()
        except Exception:  # noqa: BLE001 - one client's end is not another's
            _log.exception("A client could not leave")

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = self._recovery.next_deadline()
        self._timer = None
        if due is not None:
            delay = max(due - self._clock.monotonic_ns(), 0) / 1e9
            self._timer = asyncio.get_running_loop().call_later(delay, self._expire)

    def _expire(self) -> None:
        for record in self._recovery.handle_timeout(self._clock.monotonic_ns()):
            if presence := self._by_pid.get(record.pid):
                self._leave(presence)
        self._arm()
