from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agentchat.errors import LifecycleError
from jupyter_agentchat.protocol import reconnection
from jupyter_agentchat.protocol.reconnection import (
    TRANSITIONS,
    ConnectionMove,
    ConnectionState,
    diagram,
    step,
)


def test_every_state_is_left_by_a_close_but_the_one_it_leads_to() -> None:
    for state, moves in TRANSITIONS.items():
        closes = moves.get(ConnectionMove.CLOSE)
        assert (closes is None) is (state is ConnectionState.DISCONNECTED)


@given(st.lists(st.sampled_from(list(ConnectionMove)), max_size=30))
def test_only_a_welcome_connects_and_only_an_opening_leaves_disconnected(
    moves: list[ConnectionMove],
) -> None:
    state = ConnectionState.DISCONNECTED
    for move in moves:
        before = state
        try:
            state = step(state, move)
        except LifecycleError:
            continue
        assert (state is ConnectionState.CONNECTED) is (move is ConnectionMove.OPENED)
        assert before is not ConnectionState.DISCONNECTED or move is ConnectionMove.OPEN


def test_an_illegal_move_says_what_is_allowed() -> None:
    with pytest.raises(LifecycleError, match="disconnected cannot move by opened; it allows open"):
        step(ConnectionState.DISCONNECTED, ConnectionMove.OPENED)


def test_the_limit_doubles_from_a_quarter_of_a_second_to_ten() -> None:
    limits = [reconnection.backoff(attempt, lambda: 1.0) for attempt in (0, 1, 2, 5, 6, 10_000)]
    assert limits == [0.25, 0.5, 1.0, 8.0, 10.0, 10.0]


def test_the_jitter_is_full_so_that_ten_thousand_come_back_spread_out() -> None:
    chance = random.Random(1)
    waits = [reconnection.backoff(4, chance.random) for _ in range(10_000)]
    tenths = [sum(0.4 * n <= wait < 0.4 * (n + 1) for wait in waits) for n in range(10)]
    assert all(900 < count < 1100 for count in tenths)


def test_the_diagram_shows_every_transition() -> None:
    lines = diagram().splitlines()
    for state, moves in TRANSITIONS.items():
        for move, target in moves.items():
            assert f"    {state} --> {target}: {move}" in lines


# ---------------------------------------------------------------- planted faults

Wait = Callable[[int, Callable[[], float]], float]
BACKOFF: Wait = reconnection.backoff


def no_jitter(attempt: int, _: Callable[[], float]) -> float:
    return BACKOFF(attempt, lambda: 1.0)


def half_jitter(attempt: int, chance: Callable[[], float]) -> float:
    return BACKOFF(attempt, lambda: 0.5 + chance() / 2)


def no_limit(attempt: int, chance: Callable[[], float]) -> float:
    return chance() * 0.25 * 2.0 ** min(attempt, 1000)


def no_growth(_: int, chance: Callable[[], float]) -> float:
    return BACKOFF(0, chance)


SPREAD = test_the_jitter_is_full_so_that_ten_thousand_come_back_spread_out
LIMIT = test_the_limit_doubles_from_a_quarter_of_a_second_to_ten


@pytest.mark.parametrize(
    ("check", "fault"),
    [(SPREAD, no_jitter), (SPREAD, half_jitter), (LIMIT, no_limit), (LIMIT, no_growth)],
)
def test_a_planted_fault_is_found(
    check: Callable[[], None], fault: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconnection, "backoff", fault)
    with pytest.raises(AssertionError):
        check()
