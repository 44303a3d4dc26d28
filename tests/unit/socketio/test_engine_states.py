from __future__ import annotations

import pytest

from jupyter_agentchat.socketio.engine_states import ENGINE_TRANSITIONS, EngineMove, EngineState


def allows(move: EngineMove) -> set[EngineState]:
    return {state for state, moves in ENGINE_TRANSITIONS.items() if move in moves}


def test_only_an_answered_probe_upgrades() -> None:
    assert allows(EngineMove.UPGRADE) == {EngineState.PROBED}


def test_only_one_probe_at_a_time_and_none_after_an_upgrade() -> None:
    assert allows(EngineMove.ATTACH) == {EngineState.POLLING}


def test_a_websocket_session_is_neither_polled_nor_posted_to() -> None:
    polling = {EngineState.POLLING, EngineState.PROBING, EngineState.PROBED}
    assert allows(EngineMove.POST) == polling
    assert allows(EngineMove.POLL) == polling | {EngineState.LINGERING}


@pytest.mark.parametrize("state", [EngineState.LINGERING, EngineState.CLOSED])
def test_nothing_is_sent_after_the_end(state: EngineState) -> None:
    assert EngineMove.SEND not in ENGINE_TRANSITIONS[state]
