"""What comes back: chunks while they arrive, and the reply they make."""

from __future__ import annotations

from msgspec import Struct

from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.protocol.events import (
    TERMINAL,
    AnyEvent,
    StreamDelta,
    StreamReplace,
    Terminal,
)
from jupyter_agentchat.protocol.model import ChunkKind, ErrorInfo, Usage

_STATUS = {
    "stream.completed": "completed",
    "stream.failed": "failed",
    "stream.cancelled": "cancelled",
    "stream.interrupted": "interrupted",
}


class Chunk(Struct, frozen=True):
    """One increment of an answer, and when this process received it (monotonic ns)."""

    text: str
    index: int
    seq: int
    received_ns: int
    kind: ChunkKind = "text"
    stream_id: str = ""


class Reply(Struct, frozen=True, kw_only=True):
    """One agent's whole answer.

    Attributes
    ----------
    status : str
        ``completed``, ``failed``, ``cancelled`` or ``interrupted``.
    timeline : Timeline
        When it was asked and when its chunks arrived here, in monotonic ns of this process. It
        has no chunk and no end where some of them never arrived as chunks: the connection broke,
        and what was missed came as a snapshot.
    """

    text: str
    status: str
    message_id: str
    stream_id: str
    timeline: Timeline
    usage: Usage | None = None
    error: ErrorInfo | None = None
    reason: str | None = None

    def _repr_markdown_(self) -> str:
        """Show the answer as a notebook would."""
        if self.status == "completed":
            return self.text
        note = self.error.message if self.error else self.status
        return f"{self.text}\n\n*{note}*" if self.text else f"*{note}*"


class Collector:
    """Gathers the chunks of one stream into a reply."""

    def __init__(self, stream: str, t_request: int) -> None:
        self.stream = stream
        self._t_request = t_request
        self._instants: list[int] = []
        self._kinds: list[ChunkKind] = []
        self._n_chars = 0
        self._end: Terminal | None = None
        self._t_end: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether the terminal event has arrived."""
        return self._end is not None

    def take(self, event: AnyEvent, received_ns: int) -> Chunk | None:
        """Take one event; returns the chunk if it is one of this stream."""
        if isinstance(event, StreamDelta) and event.stream == self.stream:
            self._instants.append(received_ns)
            self._kinds.append(event.kind)
            if event.kind == "text":
                self._n_chars += len(event.text)
            index = event.index if isinstance(event.index, int) else event.index[0]
            seq = event.seq if isinstance(event.seq, int) else event.seq[0]
            return Chunk(event.text, index, seq, received_ns, event.kind, event.stream)
        if isinstance(event, StreamReplace) and event.stream == self.stream:
            self._n_chars = len(event.text)
        elif isinstance(event, TERMINAL) and event.stream == self.stream:
            self._end, self._t_end = event, received_ns
        return None

    def reply(self) -> Reply:
        """Return the reply; call it when `is_over`."""
        end = self._end
        if end is None:
            message = "The stream has not ended."
            raise RuntimeError(message)
        status = _STATUS[str(end.__struct_config__.tag)]
        # Chunks that fell into a gap which nothing filled have no instant, nor has the end.
        is_whole = self._n_chars == len(end.text)
        return Reply(
            text=end.text,
            status=status,
            message_id=end.message,
            stream_id=end.stream,
            timeline=Timeline(
                t_request=self._t_request,
                t_chunks=self._instants if is_whole else (),
                kinds=self._kinds if is_whole else (),
                n_tokens=end.usage.output_tokens if end.usage else None,
                t_end=self._t_end if is_whole else None,
                status=status,
            ),
            usage=end.usage,
            error=end.error,
            reason=end.reason,
        )
