"""Which events belong to one turn: a message and the answers to it."""

from __future__ import annotations

from jupyter_agentchat.protocol.events import (
    TERMINAL,
    AnyEvent,
    MessageCreated,
    MessageDeleted,
    MessagePinned,
    MessageReaction,
    MessageUpdated,
)


class TurnFilter:
    """Lets through the events of one turn, and knows when it is over.

    Parameters
    ----------
    message : str
        The question.
    streams : sequence of str
        The answers to come; with none the turn is over once its message is seen.

    Attributes
    ----------
    streams : tuple of str
        The answers.
    """

    def __init__(self, message: str, streams: tuple[str, ...]) -> None:
        self._message = message
        self.streams = streams
        self._open = set(streams)
        self._is_seen = False

    @property
    def is_over(self) -> bool:
        """Whether the message and every terminal event have been seen."""
        return self._is_seen and not self._open

    def __call__(self, event: AnyEvent) -> bool:
        """Tell whether `event` belongs to the turn, and note what it means for its end."""
        if self.is_over or not self.belongs(event):
            return False
        self._is_seen |= isinstance(event, MessageCreated)
        if isinstance(event, TERMINAL):
            self._open.discard(event.stream)
        return True

    def belongs(self, event: AnyEvent) -> bool:
        """Tell whether `event` belongs to the turn."""
        if isinstance(event, MessageCreated):
            return event.message.id == self._message
        if isinstance(event, MessageUpdated | MessageDeleted | MessageReaction | MessagePinned):
            return event.message == self._message
        return getattr(event, "stream", None) in self.streams
