from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import pytest

from jupyter_agentchat.socketio.connection_states import MEMBER_TRANSITIONS
from jupyter_agentchat.socketio.engine_states import ENGINE_TRANSITIONS
from jupyter_agentchat.socketio.errors import IllegalMoveError
from jupyter_agentchat.socketio.machine import step
from jupyter_agentchat.socketio.recovery import RECORD_TRANSITIONS

Table = Mapping[StrEnum, Mapping[StrEnum, StrEnum]]


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Push(StrEnum):
    PUSH = "push"


DOOR: dict[Door, dict[Push, Door]] = {Door.OPEN: {Push.PUSH: Door.SHUT}, Door.SHUT: {}}


def test_a_legal_move_gives_the_next_state() -> None:
    assert step(DOOR, Door.OPEN, Push.PUSH) is Door.SHUT


def test_an_illegal_move_raises_and_says_what_would_be_legal() -> None:
    with pytest.raises(IllegalMoveError, match="Door shut cannot push; it allows nothing"):
        step(DOOR, Door.SHUT, Push.PUSH)


@pytest.mark.parametrize(
    ("table", "first"),
    [
        (ENGINE_TRANSITIONS, {"polling", "websocket"}),
        (MEMBER_TRANSITIONS, {"absent"}),
        (RECORD_TRANSITIONS, {"live"}),
    ],
    ids=["engine", "member", "record"],
)
def test_tables_are_closed_and_every_state_can_be_reached(table: Table, first: set[str]) -> None:
    states = set(table)
    assert {target for moves in table.values() for target in moves.values()} <= states
    reached = {state for state in states if str(state) in first}
    for _ in states:
        reached |= {target for state in reached for target in table[state].values()}
    assert reached == states


@pytest.mark.parametrize(
    ("table", "last"),
    [(ENGINE_TRANSITIONS, "closed"), (RECORD_TRANSITIONS, "gone")],
    ids=["engine", "record"],
)
def test_from_every_state_the_end_can_be_reached(table: Table, last: str) -> None:
    ending = {state for state in table if str(state) == last}
    for _ in table:
        ending |= {state for state, moves in table.items() if ending & set(moves.values())}
    assert ending == set(table)
    assert all(not table[state] for state in table if str(state) == last)
