from __future__ import annotations

from jupyter_agentchat.errors import AgentChatError, InvalidInputError
from jupyter_agentchat.socketio.errors import IllegalMoveError, PacketError, PacketTooLargeError


def test_faults_of_the_peer_and_of_the_caller_are_told_apart() -> None:
    assert issubclass(PacketTooLargeError, PacketError)
    assert issubclass(PacketError, InvalidInputError)
    assert PacketError.fault == "caller"
    assert (PacketError.status, PacketTooLargeError.status) == (400, 413)
    assert issubclass(IllegalMoveError, AgentChatError)
    assert not issubclass(IllegalMoveError, InvalidInputError)
    assert IllegalMoveError.fault == "server"
