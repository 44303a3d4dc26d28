"""A client's connection as ONE transition table, and how long it waits before the next try.

The TypeScript client runs the same table: ``python -m docs.generate`` writes it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from jupyter_agentchat.errors import LifecycleError

FIRST_DELAY_S = 0.25
LONGEST_DELAY_S = 10.0


class ConnectionState(StrEnum):
    """Where a client's connection stands."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"


class ConnectionMove(StrEnum):
    """What can happen to it."""

    OPEN = "open"
    OPENED = "opened"
    LOST = "lost"
    REFUSED = "refused"
    EXHAUSTED = "exhausted"
    CLOSE = "close"


_END = {
    ConnectionMove.REFUSED: ConnectionState.DISCONNECTED,
    ConnectionMove.CLOSE: ConnectionState.DISCONNECTED,
}
_WAIT = {
    ConnectionMove.OPENED: ConnectionState.CONNECTED,
    ConnectionMove.LOST: ConnectionState.RECONNECTING,
    ConnectionMove.EXHAUSTED: ConnectionState.DISCONNECTED,
    **_END,
}

TRANSITIONS: dict[ConnectionState, dict[ConnectionMove, ConnectionState]] = {
    ConnectionState.DISCONNECTED: {ConnectionMove.OPEN: ConnectionState.CONNECTING},
    ConnectionState.CONNECTING: _WAIT,
    ConnectionState.CONNECTED: {ConnectionMove.LOST: ConnectionState.RECONNECTING, **_END},
    ConnectionState.RECONNECTING: _WAIT,
}
"""``opened`` is the server's welcome, ``lost`` a break or a failed try, ``refused`` the server's
word not to come back, ``exhausted`` the last try that the client allows itself."""


def step(state: ConnectionState, move: ConnectionMove) -> ConnectionState:
    """Return the state after `move`.

    Raises
    ------
    LifecycleError
        If `state` does not allow `move`.
    """
    try:
        return TRANSITIONS[state][move]
    except KeyError:
        allowed = ", ".join(TRANSITIONS[state])
        message = f"A connection that is {state} cannot move by {move}; it allows {allowed}."
        raise LifecycleError(message) from None


def backoff(attempt: int, chance: Callable[[], float]) -> float:
    """Return the seconds before a try: full jitter below a limit that doubles from 0.25 s to 10 s.

    Full jitter spreads the clients of a server that restarts (Brooker, "Exponential Backoff and
    Jitter", 2015).

    Parameters
    ----------
    attempt : int
        How many tries have failed since the connection was lost.
    chance : callable
        Returns a random number in [0, 1).
    """
    # 2.0 ** 1024 overflows: a server that is away for a month is still tried.
    return chance() * min(FIRST_DELAY_S * 2.0 ** min(attempt, 32), LONGEST_DELAY_S)


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {ConnectionState.DISCONNECTED}"]
    for state, moves in TRANSITIONS.items():
        lines += [f"    {state} --> {target}: {move}" for move, target in moves.items()]
    return "\n".join(lines)
