"""The Python client moves by the table and by nothing else."""

from __future__ import annotations

import pytest

from jupyter_agentchat.client.status import StateChange, Status
from jupyter_agentchat.errors import LifecycleError
from jupyter_agentchat.protocol.reconnection import TRANSITIONS, ConnectionMove, ConnectionState


@pytest.mark.parametrize("state", list(ConnectionState))
@pytest.mark.parametrize("move", list(ConnectionMove))
def test_every_move_is_the_tables(state: ConnectionState, move: ConnectionMove) -> None:
    status = Status()
    status.state = state
    if move in TRANSITIONS[state]:
        status.move(move, "why")
        assert (status.state, status.reason) == (TRANSITIONS[state][move], "why")
    else:
        with pytest.raises(LifecycleError):
            status.move(move)
        assert status.state is state


def test_listeners_hear_changes_alone_and_one_that_fails_harms_nobody() -> None:
    status, heard = Status(), list[StateChange]()

    def broken(_: StateChange) -> None:
        raise RuntimeError("boom")

    status.listen(broken)
    stop = status.listen(heard.append)
    status.move(ConnectionMove.OPEN)
    status.move(ConnectionMove.LOST, "gone")
    status.move(ConnectionMove.LOST, "still gone")
    stop()
    stop()
    status.move(ConnectionMove.OPENED)
    assert heard == [
        StateChange(ConnectionState.CONNECTING),
        StateChange(ConnectionState.RECONNECTING, "gone"),
    ]
