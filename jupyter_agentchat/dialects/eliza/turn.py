"""What the events of one answer say together, and a single one of them does not."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Literal

from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.protocol.events import (
    TERMINAL,
    AnyEvent,
    StreamCancelled,
    StreamCompleted,
    StreamDelta,
    StreamEmbed,
    StreamFailed,
    StreamFile,
    StreamStarted,
    Terminal,
)

DEFAULT_ACTIONS = ["REPLY"]
"""What an agent did that declares nothing: it replied."""
MAX_ENDED = 1024
"""Answers that have ended and are remembered, for readers who have not come so far."""


class Turn:
    """One agent's answer: facts of the log, so that learning one twice changes nothing."""

    def __init__(self, started: StreamStarted) -> None:
        self.agent = started.agent
        self.agent_id = agent_id(started.agent)
        self.message = started.message
        self.reply_to = started.reply_to
        self.started = started.t
        self._silent: dict[int, str] = {}
        self._last_silent = -1
        self._attachments: dict[int, dict[str, Any]] = {}

    @property
    def attachments(self) -> tuple[dict[str, Any], ...]:
        """The files and embeds that it brought."""
        return tuple(self._attachments.values())

    def learn(self, event: AnyEvent) -> None:
        """Take what one unmerged event of it says."""
        if isinstance(event, StreamDelta):
            if event.kind != "text":
                index = span(event)[0]
                self._silent[index] = event.text if event.kind == "reasoning" else ""
                self._last_silent = max(self._last_silent, index)
        elif isinstance(event, StreamFile | StreamEmbed) and isinstance(event.seq, int):
            file = event.file if isinstance(event, StreamFile) else event.embed
            self._attachments[event.seq] = file

    def text_index(self, index: int) -> int:
        """Return which chunk of its text the chunk of that index is, from 0."""
        if index > self._last_silent:
            return index - len(self._silent)
        return index - sum(each < index for each in self._silent)

    def actions(self, end: Terminal) -> list[str]:
        """Return the actions that the agent executed."""
        declared = end.metadata.get("actions")
        return [str(each) for each in declared] if isinstance(declared, list) else DEFAULT_ACTIONS

    def thought(self, end: Terminal) -> str | None:
        """Return why the agent said what it did, if it told."""
        declared = end.metadata.get("thought")
        reasoning = "".join(text for _, text in sorted(self._silent.items()))
        return str(declared) if declared else reasoning or None


class Turns:
    """The answers of one channel.

    Parameters
    ----------
    max_ended : int
        How many are remembered beyond their end; the one that ended first is forgotten first.
    """

    def __init__(self, max_ended: int = MAX_ENDED) -> None:
        self._max_ended = max_ended
        self._turns: dict[str, Turn] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    def learn(self, event: AnyEvent) -> None:
        """Take one event as the log has it, unmerged; one that is known already says nothing new.

        The events of one answer come in order the first time.
        """
        if isinstance(event, StreamStarted):
            self._turns.setdefault(event.stream, Turn(event))
            return
        stream = getattr(event, "stream", None)
        turn = self._turns.get(stream) if isinstance(stream, str) else None
        if turn is None:
            return
        turn.learn(event)
        if isinstance(event, TERMINAL):
            self._ended[event.stream] = None
            if len(self._ended) > self._max_ended:
                oldest, _ = self._ended.popitem(last=False)
                del self._turns[oldest]

    def get(self, stream: str) -> Turn | None:
        """Return an answer, if it is known."""
        return self._turns.get(stream)


def status_of(end: Terminal) -> Literal["completed", "failed", "cancelled", "interrupted"]:
    """Return how an answer ended."""
    if isinstance(end, StreamCompleted):
        return "completed"
    if isinstance(end, StreamFailed):
        return "failed"
    return "cancelled" if isinstance(end, StreamCancelled) else "interrupted"


def span(delta: StreamDelta) -> tuple[int, int]:
    """Return the first and the last index that `delta` covers."""
    return (delta.index, delta.index) if isinstance(delta.index, int) else delta.index
