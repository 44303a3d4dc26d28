"""How every machine here reads its transition table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from jupyter_agentchat.socketio.errors import IllegalMoveError

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)


def step(table: Mapping[S, Mapping[M, S]], state: S, move: M) -> S:
    """Return the state after `move`.

    Raises
    ------
    IllegalMoveError
        If `state` does not allow `move`.
    """
    moves = table[state]
    if move not in moves:
        allowed = ", ".join(moves) or "nothing"
        message = f"{type(state).__name__} {state!s} cannot {move!s}; it allows {allowed}."
        raise IllegalMoveError(message)
    return moves[move]
