"""Answers that grow in a channel: told whole, so rarely that the bytes stay linear in time."""

from __future__ import annotations

from msgspec import Struct

from jupyter_agentchat.protocol.events import TERMINAL, AnyEvent, StreamDelta, StreamStarted

GROWTH_S = 0.15
GROWTH_BYTES_PER_S = 10_000


class _Answer(Struct):
    """An answer: its message, and when it was told last."""

    message: str
    size: int = 0
    told_at: float = 0.0


class Growing:
    """Knows the answers on their way."""

    def __init__(self) -> None:
        self._answers: dict[str, _Answer] = {}

    def look(self, event: AnyEvent, now: float) -> tuple[str | None, bool]:
        """Take an event; return the message that has grown, and whether to tell the event now."""
        if isinstance(event, StreamStarted):
            self._answers[event.stream] = _Answer(event.message)
        elif isinstance(event, TERMINAL):
            self._answers.pop(event.stream, None)
        elif isinstance(event, StreamDelta):
            answer = self._answers.get(event.stream)
            if answer is None or not _is_due(answer, event, now):
                return None, False
            return answer.message, True
        return None, True


def _is_due(answer: _Answer, delta: StreamDelta, now: float) -> bool:
    answer.size += len(delta.text) if delta.kind == "text" else 0
    if now - answer.told_at < max(GROWTH_S, answer.size / GROWTH_BYTES_PER_S):
        return False
    answer.told_at = now
    return True
