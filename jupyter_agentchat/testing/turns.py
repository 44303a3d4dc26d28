"""Messages and turns for tests of agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jupyter_agentchat.agents.base import Turn
from jupyter_agentchat.protocol.model import Author, AuthorKind, Message


def said(
    text: str,
    *,
    by: str = "ada",
    kind: AuthorKind = "user",
    channel: str = "lab",
    seq: int = 1,
    metadata: dict[str, Any] | None = None,
) -> Message:
    """Return a complete message."""
    return Message(
        id=f"m{seq}",
        channel=channel,
        seq=seq,
        author=Author(id=by, kind=kind, name=by.title()),
        text=text,
        created_at=seq,
        status="complete",
        metadata=metadata or {},
    )


def make_turn(
    text: str,
    history: Sequence[Message] = (),
    *,
    by: str = "ada",
    channel: str = "lab",
    metadata: dict[str, Any] | None = None,
) -> Turn:
    """Return the turn that asks `text` after `history`."""
    seq = len(history) + 1
    question = said(text, by=by, channel=channel, seq=seq, metadata=metadata)
    return Turn(message=question, history=history, stream=f"s{seq}", is_cancelled=lambda: False)
