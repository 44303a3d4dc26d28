from __future__ import annotations

from jupyter_agentchat.socketio.connection_states import (
    MEMBER_TRANSITIONS,
    MemberMove,
    MemberState,
)


def allows(move: MemberMove) -> set[MemberState]:
    return {state for state, moves in MEMBER_TRANSITIONS.items() if move in moves}


def test_the_application_speaks_to_connected_clients_only() -> None:
    assert allows(MemberMove.SEND) == {MemberState.CONNECTED}
    assert allows(MemberMove.EXPEL) == {MemberState.CONNECTED}


def test_what_was_on_its_way_when_the_server_disconnected_is_no_offence() -> None:
    assert MemberState.LEFT in allows(MemberMove.EVENT) & allows(MemberMove.ACK)
    assert MemberState.ABSENT not in allows(MemberMove.EVENT)


def test_a_client_asks_once() -> None:
    assert allows(MemberMove.ASK) == {MemberState.ABSENT, MemberState.LEFT}
