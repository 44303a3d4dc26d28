from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.errors import LifecycleError
from jupyter_agentchat.protocol.lifecycle import (
    TERMINAL_STATES,
    TRANSITIONS,
    Move,
    State,
    diagram,
    step,
)


@given(st.lists(st.sampled_from(list(Move)), max_size=30))
def test_any_walk_ends_at_most_once_and_nothing_follows_the_end(moves: list[Move]) -> None:
    state, ends = State.QUEUED, 0
    for move in moves:
        try:
            state = step(state, move)
        except LifecycleError:
            continue
        ends += state in TERMINAL_STATES
    assert ends <= 1


def test_the_four_terminal_states_are_the_wires_four_terminal_events() -> None:
    assert {"completed", "failed", "cancelled", "interrupted"} == TERMINAL_STATES


def test_an_illegal_move_says_what_is_allowed() -> None:
    with pytest.raises(LifecycleError, match=r"queued cannot emit; it allows start"):
        step(State.QUEUED, Move.EMIT)
    with pytest.raises(LifecycleError, match="allows nothing"):
        step(State.COMPLETED, Move.EMIT)


def test_the_diagram_shows_every_transition() -> None:
    lines = diagram().splitlines()
    for state, moves in TRANSITIONS.items():
        for move, target in moves.items():
            assert f"    {state} --> {target}: {move}" in lines
