"""What a session has above it and below it."""

from __future__ import annotations

from typing import Protocol

from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.socketio import Answer, CloseReason
from jupyter_agentchat.web.direct import StreamSink


class Upper(Protocol):
    """What speaks over a session."""

    @property
    def is_waiting(self) -> bool:
        """Whether nobody knows yet who is on the other side."""
        ...

    def receive(self, data: str | bytes, now: int) -> None:
        """Take a message."""
        ...

    def end(self, reason: CloseReason) -> None:
        """Note that the session is over; called once."""
        ...

    def expel(self) -> None:
        """Tell the client not to come back by itself."""
        ...

    def next_deadline(self) -> int | None:
        """Return when `handle_timeout` is due, in monotonic ns."""
        ...

    def handle_timeout(self, now: int) -> None:
        """Do what is due."""
        ...

    async def room(self) -> None:
        """Return when more messages may be handed over."""
        ...

    def stop(self) -> None:
        """Let nothing of what waits happen any more."""
        ...


class PollPeer(Protocol):
    """A GET or a POST that waits for its answer."""

    def answer(self, answer: Answer) -> None:
        """Finish it; one whose client has gone is dropped."""
        ...


class SocketPeer(Protocol):
    """A WebSocket, open."""

    sink: StreamSink

    def shut(self, code: CloseCode | None) -> None:
        """Close it after what was written."""
        ...
