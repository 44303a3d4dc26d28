"""What a transaction has to know of the log before it; kept in memory between transactions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from jupyter_agentchat.store.sql.log import last_seqs
from jupyter_agentchat.store.sql.projection import Live, load_live
from jupyter_agentchat.store.sql.schema import channel_epochs, segments


@dataclass
class State:
    """The log's ends."""

    last: dict[str, int]
    """Last durable seq of every channel."""
    begun: set[str]
    """Channels that have an event of this epoch."""
    live: Live
    newest_t: int
    """The latest `t` of any chunk."""


def load_state(connection: Connection, ordinal: int) -> State:
    """Read the state as this epoch's next transaction finds it."""
    begun = connection.execute(
        select(channel_epochs.c.channel).where(channel_epochs.c.ordinal == ordinal)
    )
    return State(
        last=last_seqs(connection),
        begun=set(begun.scalars()),
        live=load_live(connection),
        newest_t=connection.execute(select(func.max(segments.c.last_t))).scalar_one() or 0,
    )
