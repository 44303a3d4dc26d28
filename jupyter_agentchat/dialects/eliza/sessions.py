"""Sessions: conversations of one user with one agent that end by themselves.

A session keeps its channel; when it has ended, the channel and its log stay.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any
from uuid import uuid4

from msgspec import Struct

from jupyter_agentchat.dialects.eliza.ids import agent_id, string_to_uuid
from jupyter_agentchat.dialects.eliza.session_errors import (
    SessionExpiredError,
    SessionNotFoundError,
    SessionRenewalError,
)
from jupyter_agentchat.dialects.eliza.session_timeouts import MINUTE_NS, Timeouts
from jupyter_agentchat.dialects.eliza.shapes import iso
from jupyter_agentchat.protocol.clock import Clock

SWEEP_NS = 5 * MINUTE_NS
MAX_SESSIONS = 10_000
"""Open ones of all users; the one that was used longest ago is closed first."""
MAX_ENDED = 10_000
"""Ended ones that are still told apart from those that never were."""


class Session(Struct, kw_only=True):
    """One session; instants are monotonic ns of the server's clock.

    Attributes
    ----------
    owner : str
        The authenticated user; nobody else sees it.
    user : str
        The id that the client speaks under.
    """

    id: str
    owner: str
    user: str
    agent: str
    metadata: dict[str, Any]
    timeouts: Timeouts
    created_ns: int
    active_ns: int
    ends_ns: int
    renewals: int = 0

    @property
    def channel(self) -> str:
        """Where it is held; a function of its id, so that it is found again after a restart."""
        return session_channel(self.id)


class SessionStatus(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the answer to a message says of its session."""

    expires_at: str
    renewal_count: int
    was_renewed: bool
    is_near_expiration: bool


def session_channel(session: str) -> str:
    """Return the channel of a session."""
    return string_to_uuid(f"session:{session}")


class Sessions:
    """The open sessions of one server.

    Parameters
    ----------
    clock : Clock
        Its monotonic time decides; wall time is only shown.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._ended: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self._swept_ns = clock.monotonic_ns()

    def create(
        self, *, owner: str, user: str, agent: str, metadata: dict[str, Any], timeouts: Timeouts
    ) -> Session:
        """Open a session."""
        now = self._clock.monotonic_ns()
        session = Session(
            id=str(uuid4()),
            owner=owner,
            user=user,
            agent=agent,
            metadata=metadata,
            timeouts=timeouts,
            created_ns=now,
            active_ns=now,
            ends_ns=timeouts.ends_ns(now, now),
        )
        return self.restore(session)

    def restore(self, session: Session) -> Session:
        """Take a session in, a new one or one from before a restart."""
        self.sweep()
        self._open[session.id] = session
        while len(self._open) > MAX_SESSIONS:
            self._end(next(iter(self._open.values())))
        return session

    def get(self, session: str, owner: str) -> Session:
        """Return an open session of a user.

        Raises
        ------
        SessionNotFoundError
            If the user has none of that id.
        SessionExpiredError
            If it has ended.
        """
        found = self._open.get(session)
        if found is not None and found.owner == owner:
            if found.ends_ns > self._clock.monotonic_ns():
                return found
            self._end(found)
        ended_owner, ended_ns = self._ended.get(session, ("", 0))
        if ended_owner == owner:
            raise SessionExpiredError(f"Session '{session}' expired at {self.shown(ended_ns)}")
        raise SessionNotFoundError(session)

    def knows(self, session: str) -> bool:
        """Tell whether a session is open or has ended here."""
        return session in self._open or session in self._ended

    def touch(self, session: Session) -> bool:
        """Note activity; return whether that prolonged the session."""
        now = self._clock.monotonic_ns()
        self._open.move_to_end(session.id)
        session.active_ns = now
        if not session.timeouts.auto_renew:
            return False
        self._prolong(session, now)
        return True

    def renew(self, session: Session) -> None:
        """Prolong a session because its user asks.

        Raises
        ------
        SessionRenewalError
            If it will last as long as it may already.
        """
        now = self._clock.monotonic_ns()
        if session.timeouts.ends_ns(session.created_ns, now) <= session.ends_ns:
            raise SessionRenewalError(
                f"Cannot renew session '{session.id}': Maximum duration reached",
                {"maxDuration": session.timeouts.max_duration_minutes},
            )
        session.active_ns = now
        self._prolong(session, now)

    def configure(self, session: Session, timeouts: Timeouts) -> None:
        """Give a session other time-outs, counted from its last activity."""
        session.timeouts = timeouts
        session.ends_ns = timeouts.ends_ns(session.created_ns, session.active_ns)

    def delete(self, session: Session) -> None:
        """Close a session; it is unknown from then on."""
        self._open.pop(session.id, None)

    def of(self, owner: str) -> list[Session]:
        """Return a user's open sessions."""
        self.sweep(now=True)
        return [each for each in self._open.values() if each.owner == owner]

    def all(self) -> list[Session]:
        """Return every open session."""
        self.sweep(now=True)
        return list(self._open.values())

    def sweep(self, *, now: bool = False) -> None:
        """End what has expired, at most every five minutes unless `now`."""
        instant = self._clock.monotonic_ns()
        if not now and instant - self._swept_ns < SWEEP_NS:
            return
        self._swept_ns = instant
        for session in [each for each in self._open.values() if each.ends_ns <= instant]:
            self._end(session)

    def is_near_end(self, session: Session) -> bool:
        """Tell whether a session is about to end."""
        left = session.ends_ns - self._clock.monotonic_ns()
        return 0 < left <= session.timeouts.warning_threshold_minutes * MINUTE_NS

    def status(self, session: Session, *, was_renewed: bool) -> SessionStatus:
        """Return what a message's answer says of its session."""
        return SessionStatus(
            expires_at=self.shown(session.ends_ns),
            renewal_count=session.renewals,
            was_renewed=was_renewed,
            is_near_expiration=self.is_near_end(session),
        )

    def shape(self, session: Session) -> dict[str, Any]:
        """Return a session as the API shows it."""
        left = max(0, session.ends_ns - self._clock.monotonic_ns())
        return {
            "sessionId": session.id,
            "channelId": session.channel,
            "agentId": agent_id(session.agent),
            "userId": session.user,
            "createdAt": self.shown(session.created_ns),
            "lastActivity": self.shown(session.active_ns),
            "metadata": session.metadata,
            "expiresAt": self.shown(session.ends_ns),
            "timeoutConfig": session.timeouts,
            "renewalCount": session.renewals,
            "timeRemaining": left // 1_000_000,
            "isNearExpiration": self.is_near_end(session),
        }

    def shown(self, instant_ns: int) -> str:
        """Return a monotonic instant as wall time of now."""
        ago_ns = self._clock.monotonic_ns() - instant_ns
        return iso(self._clock.wall_us() - ago_ns // 1000)

    def _prolong(self, session: Session, now: int) -> None:
        session.renewals += 1
        session.ends_ns = session.timeouts.ends_ns(session.created_ns, now)

    def _end(self, session: Session) -> None:
        self._open.pop(session.id, None)
        self._ended[session.id] = session.owner, session.ends_ns
        while len(self._ended) > MAX_ENDED:
            self._ended.popitem(last=False)
