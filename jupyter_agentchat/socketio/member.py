"""What a connection knows of its client in one namespace."""

from __future__ import annotations

from jupyter_agentchat.socketio.acks import OwedAcks
from jupyter_agentchat.socketio.connection_states import (
    MEMBER_TRANSITIONS,
    MemberMove,
    MemberState,
)
from jupyter_agentchat.socketio.errors import IllegalMoveError, PacketError
from jupyter_agentchat.socketio.machine import step


class Member:
    """A client in one namespace, from CONNECT to DISCONNECT.

    Attributes
    ----------
    state : MemberState
        Where it stands.
    sid : str or None
        Its id while it is in.
    recoverable : bool
        Whether it was given a private id.
    owed : OwedAcks
        The acknowledgements it waits for.
    """

    def __init__(self, max_owed_acks: int) -> None:
        self.state = MemberState.ABSENT
        self.sid: str | None = None
        self.recoverable = False
        self.owed = OwedAcks(max_owed_acks)
        self._max_owed_acks = max_owed_acks

    def accept(self, sid: str, *, recoverable: bool) -> None:
        """Let it in as `sid`, owing it nothing yet."""
        self.move(MemberMove.ACCEPT)
        self.sid, self.recoverable = sid, recoverable
        self.owed = OwedAcks(self._max_owed_acks)

    def move(self, move: MemberMove) -> None:
        """Do what the application asked for.

        Raises
        ------
        IllegalMoveError
            If the state does not allow it.
        """
        self.state = step(MEMBER_TRANSITIONS, self.state, move)

    def take(self, move: MemberMove) -> None:
        """Do what the client asked for.

        Raises
        ------
        PacketError
            If the state does not allow it.
        """
        try:
            self.move(move)
        except IllegalMoveError as error:
            raise PacketError(error.message) from None
