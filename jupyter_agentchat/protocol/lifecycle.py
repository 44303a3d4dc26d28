"""The life of a stream as ONE transition table; an illegal move raises.

The diagram in ``docs/topics/architecture.md`` is generated from `TRANSITIONS`.
"""

from __future__ import annotations

from enum import StrEnum

from jupyter_agentchat.errors import LifecycleError


class State(StrEnum):
    """Where a stream stands."""

    QUEUED = "queued"
    STREAMING = "streaming"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class Move(StrEnum):
    """What can happen to it."""

    START = "start"
    EMIT = "emit"
    COMPLETE = "complete"
    FAIL = "fail"
    CANCEL = "cancel"
    INTERRUPT = "interrupt"


TRANSITIONS: dict[State, dict[Move, State]] = {
    State.QUEUED: {
        Move.START: State.STREAMING,
    },
    State.STREAMING: {
        Move.EMIT: State.STREAMING,
        Move.COMPLETE: State.COMPLETED,
        Move.FAIL: State.FAILED,
        Move.CANCEL: State.CANCELLED,
        Move.INTERRUPT: State.INTERRUPTED,
    },
    State.COMPLETED: {},
    State.FAILED: {},
    State.CANCELLED: {},
    State.INTERRUPTED: {},
}
"""A stream that is cancelled before its turn came starts and ends at once, so that its readers
see one opening and one terminal event like those of any other."""

TERMINAL_STATES = frozenset(state for state, moves in TRANSITIONS.items() if not moves)


def step(state: State, move: Move) -> State:
    """Return the state after `move`.

    Raises
    ------
    LifecycleError
        If `state` does not allow `move`.
    """
    try:
        return TRANSITIONS[state][move]
    except KeyError:
        allowed = ", ".join(TRANSITIONS[state]) or "nothing"
        message = f"A stream that is {state} cannot {move}; it allows {allowed}."
        raise LifecycleError(message) from None


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.QUEUED}"]
    for state, moves in TRANSITIONS.items():
        lines += [f"    {state} --> {target}: {move}" for move, target in moves.items()]
        if not moves:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines)
