"""The client's transition table as TypeScript, so that both clients move alike."""

from __future__ import annotations

import json
from collections.abc import Iterable

from jupyter_agentchat.protocol.close_codes import STAY_AWAY, CloseCode
from jupyter_agentchat.protocol.reconnection import (
    FIRST_DELAY_S,
    LONGEST_DELAY_S,
    TRANSITIONS,
    ConnectionMove,
    ConnectionState,
)

HEAD = """// Generated from jupyter_agentchat/protocol by `python -m docs.generate`; do not edit.

export type ConnectionState = {states};

export type ConnectionMove = {moves};

type Moves = Partial<Record<ConnectionMove, ConnectionState>>;

export const TRANSITIONS: Record<ConnectionState, Moves> = {{
"""
TAIL = """}};

export const FIRST_DELAY_MS = {first};
export const LONGEST_DELAY_MS = {longest};

/** Close codes after which connecting again would fail in the same way: from, to (exclusive). */
export const STAY_AWAY = [{start}, {stop}] as const;

/** The close codes of the server, with their sentences. */
export const CLOSE_CODES = {{
{codes}
}} as const;
"""


def states() -> str:
    """Return the module's text."""
    rows = []
    for state, moves in TRANSITIONS.items():
        targets = ", ".join(f'{move}: "{target}"' for move, target in moves.items())
        rows.append(f"  {state}: {{ {targets} }},\n")
    codes = (f"  {code.name}: [{code.value}, {json.dumps(code.reason)}]," for code in CloseCode)
    tail = TAIL.format(
        first=round(FIRST_DELAY_S * 1000),
        longest=round(LONGEST_DELAY_S * 1000),
        start=STAY_AWAY.start,
        stop=STAY_AWAY.stop,
        codes="\n".join(codes),
    )
    head = HEAD.format(states=_union(ConnectionState), moves=_union(ConnectionMove))
    return head + "".join(rows) + tail


def _union(names: Iterable[str]) -> str:
    return " | ".join(f'"{name}"' for name in names)
