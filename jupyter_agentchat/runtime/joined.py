"""A reader's place in a channel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from jupyter_agentchat.bus.subscription import Subscription
from jupyter_agentchat.protocol.model import Snapshot
from jupyter_agentchat.protocol.position import Position
from jupyter_agentchat.runtime.log import ChannelLog


@dataclass
class Joined:
    """Where a reader begins: `Service.read` writes what follows to its socket.

    Attributes
    ----------
    position : Position
        Where it stands now: its own with `recovered`, else the snapshot's.
    reason : str or None
        Why it could not go on from its own.
    until : int
        The log's end when it joined: what is at or below it is history to this reader.
    """

    log: ChannelLog
    position: Position
    recovered: bool
    reason: str | None
    snapshot: Snapshot | None
    until: int

    @cached_property
    def subscription(self) -> Subscription:
        """Batches from right after `position`, for a reader in this process; close it."""
        return Subscription(self.log, self.position.seq, self.until)
