from __future__ import annotations

import pytest

from jupyter_agentchat.socketio.connection_states import MemberMove, MemberState
from jupyter_agentchat.socketio.errors import IllegalMoveError, PacketError
from jupyter_agentchat.socketio.member import Member


def test_it_is_let_in_after_it_asked() -> None:
    member = Member(10)
    member.take(MemberMove.ASK)
    member.accept("S", recoverable=True)
    assert member.state is MemberState.CONNECTED
    assert (member.sid, member.recoverable) == ("S", True)


def test_an_illegal_move_is_the_fault_of_whoever_made_it() -> None:
    with pytest.raises(PacketError, match="absent cannot receive an event; it allows ask"):
        Member(10).take(MemberMove.EVENT)
    with pytest.raises(IllegalMoveError, match="absent cannot accept"):
        Member(10).accept("S", recoverable=False)


def test_who_comes_back_is_owed_nothing() -> None:
    member = Member(10)
    member.take(MemberMove.ASK)
    member.accept("S", recoverable=False)
    member.owed.add(1)
    member.take(MemberMove.LEAVE)
    member.take(MemberMove.ASK)
    member.accept("T", recoverable=False)
    with pytest.raises(IllegalMoveError):
        member.owed.settle(1)
