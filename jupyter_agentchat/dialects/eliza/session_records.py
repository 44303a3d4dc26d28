"""Sessions over a restart: what a session's channel keeps of it, and the session made from that."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from jupyter_agentchat.dialects.eliza.rooms import metadata_of
from jupyter_agentchat.dialects.eliza.session_timeouts import Timeouts
from jupyter_agentchat.dialects.eliza.sessions import Session, session_channel
from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.errors import ChannelNotFoundError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.model import Channel

KEY = "session"
"""Of a channel's metadata."""


class SessionRecord(Struct, frozen=True, kw_only=True):
    """What is kept of a session; `created_us` is wall time."""

    id: str
    owner: str
    user: str
    agent: str
    metadata: dict[str, Any]
    timeouts: Timeouts
    created_us: int


def record_of(session: Session, clock: Clock) -> dict[str, Any]:
    """Return what a session's channel keeps of it."""
    age_us = (clock.monotonic_ns() - session.created_ns) // 1000
    record = SessionRecord(
        id=session.id,
        owner=session.owner,
        user=session.user,
        agent=session.agent,
        metadata=session.metadata,
        timeouts=session.timeouts,
        created_us=clock.wall_us() - age_us,
    )
    kept: dict[str, Any] = msgspec.to_builtins(record)
    return kept


async def find_session(eliza: ElizaState, session: str, owner: str) -> Session:
    """Return an open session of a user, brought back if the server was restarted meanwhile.

    Raises
    ------
    SessionNotFoundError, SessionExpiredError
        If there is none.
    """
    if not eliza.sessions.knows(session):
        await _restore(eliza, session)
    return eliza.sessions.get(session, owner)


async def keep(eliza: ElizaState, session: Session, record: dict[str, Any] | None) -> None:
    """Write a session's record into its channel, or take it out."""
    log = await eliza.service.channel(session.channel)
    metadata = {name: each for name, each in metadata_of(log.channel).items() if name != KEY}
    if record is not None:
        metadata[KEY] = record
    await eliza.service.update_channel(session.channel, metadata=metadata)


async def _restore(eliza: ElizaState, session: str) -> None:
    service, clock = eliza.service, eliza.service.clock
    try:
        log = await service.channel(session_channel(session))
    except ChannelNotFoundError:
        return
    record = _record_in(log.channel)
    if record is None:
        return
    last_us = max((each.created_at for each in log.fold.messages.values()), default=0)
    now_us, now_ns = clock.wall_us(), clock.monotonic_ns()
    created_ns = now_ns - max(0, now_us - record.created_us) * 1000
    active_ns = now_ns - max(0, now_us - max(last_us, record.created_us)) * 1000
    eliza.sessions.restore(
        Session(
            id=record.id,
            owner=record.owner,
            user=record.user,
            agent=record.agent,
            metadata=record.metadata,
            timeouts=record.timeouts,
            created_ns=created_ns,
            active_ns=active_ns,
            ends_ns=record.timeouts.ends_ns(created_ns, active_ns),
        )
    )


def _record_in(channel: Channel) -> SessionRecord | None:
    try:
        return msgspec.convert(metadata_of(channel).get(KEY), SessionRecord)
    except msgspec.ValidationError:
        return None
