"""One stream's place in the log: it opens once, grows, and ends exactly once."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from jupyter_agentchat.agents.base import (
    Chunk,
    Embed,
    Emitted,
    File,
    Metadata,
    Replace,
    Source,
    Status,
)
from jupyter_agentchat.errors import AgentError, TooLargeError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.events import (
    StreamCancelled,
    StreamCompleted,
    StreamDelta,
    StreamEmbed,
    StreamFailed,
    StreamFile,
    StreamInterrupted,
    StreamReplace,
    StreamSource,
    StreamStarted,
    StreamStatus,
    StreamUsage,
    Terminal,
)
from jupyter_agentchat.protocol.lifecycle import TERMINAL_STATES, Move, State, step
from jupyter_agentchat.protocol.model import ErrorInfo, Message, Usage
from jupyter_agentchat.providers.base import Finish
from jupyter_agentchat.runtime.log import ChannelLog, Draft
from jupyter_agentchat.runtime.tally import Tally
from jupyter_agentchat.store.rows import StreamRow

_ENDS: dict[Move, type[Terminal]] = {
    Move.COMPLETE: StreamCompleted,
    Move.FAIL: StreamFailed,
    Move.CANCEL: StreamCancelled,
    Move.INTERRUPT: StreamInterrupted,
}


class LiveStream:
    """Writes one stream into its channel's log, by the life-cycle table.

    Whoever ends the stream first decides how it ended; a later `end` does nothing, and a later
    `emit` is refused.

    Parameters
    ----------
    row : StreamRow
        The stream as it was requested.
    question : Message
        The message it answers, in the thread of which it answers.
    max_bytes : int
        Of the whole answer, in UTF-8.
    """

    def __init__(
        self, row: StreamRow, question: Message, *, log: ChannelLog, clock: Clock, max_bytes: int
    ) -> None:
        self.row = row
        self._question = question
        self.state = State.QUEUED
        self.end_event: Terminal | None = None
        self._log = log
        self._clock = clock
        self._max_bytes = max_bytes
        self._tally = Tally()
        self._usage: Usage | None = None
        self._text: list[str] = []
        self._metadata: dict[str, Any] = {}
        self._reason: str | None = None
        self._has_content = False

    @property
    def is_over(self) -> bool:
        """Whether the terminal event is written."""
        return self.state in TERMINAL_STATES

    @property
    def is_silent(self) -> bool:
        """Whether the agent has said nothing: no chunk, no file, nothing but its status."""
        return not self._has_content

    def open(self) -> None:
        """Open the agent's message."""
        self.state = step(self.state, Move.START)
        row = self.row
        self._log.append(
            lambda seq, t: StreamStarted(
                seq=seq,
                t=t,
                stream=row.stream,
                message=row.message,
                agent=row.agent,
                reply_to=self._question.id,
                parent=self._question.parent,
                model=row.model,
            )
        )
        self._log.record(row)

    async def emit(self, emitted: Emitted) -> None:
        """Write what the agent yielded, when the writer has room for it.

        Raises
        ------
        LifecycleError
            If the stream is over.
        TooLargeError
            If the answer grows over its limit.
        AgentError
            If `emitted` is nothing that an agent may yield.
        """
        agent_ns = self._clock.monotonic_ns()
        if not self._log.has_room():
            await self._log.admit()
        self.state = step(self.state, Move.EMIT)
        if isinstance(emitted, str):
            self._chunk(Chunk(emitted), agent_ns)
        elif isinstance(emitted, Chunk):
            self._chunk(emitted, agent_ns)
        elif isinstance(emitted, Metadata):
            ENCODER.encode(emitted.values)  # what is no JSON fails here, not at the stream's end
            self._metadata |= emitted.values
        elif isinstance(emitted, Finish):
            self._reason = emitted.reason
        else:
            self._annotate(emitted)

    def end(self, move: Move, *, error: ErrorInfo | None = None, reason: str | None = None) -> None:
        """Write the terminal event, unless there is one."""
        if self.is_over:
            return
        if self.state is State.QUEUED:
            self.open()
        self.state = step(self.state, move)
        text, kind = "".join(self._text), _ENDS[move]
        publication = self._log.append(
            lambda seq, t: kind(
                seq=seq,
                t=t,
                stream=self.row.stream,
                message=self.row.message,
                text=text,
                usage=self._usage,
                error=error,
                reason=reason or self._reason,
                metadata=self._metadata,
            )
        )
        assert isinstance(publication.event, Terminal)  # noqa: S101 - for the type checker
        self.end_event = publication.event
        self.row = replace(
            self.row,
            status=str(self.state),
            error=error.message if error else None,
            t_end=publication.bus_ns,
            **self._tally.columns(self._usage),
        )
        self._log.record(self.row)

    def record_progress(self) -> None:
        """Let the store know how far the stream has come; for readers of the frames."""
        if self.state is State.STREAMING:
            self._log.record(replace(self.row, **self._tally.columns(self._usage)))

    def _chunk(self, chunk: Chunk, agent_ns: int) -> None:
        text, data = _clean(chunk.text)
        if not text:
            return
        if self._tally.n_bytes + len(data) > self._max_bytes:
            message = f"The answer grew over {self._max_bytes} bytes and was ended there."
            raise TooLargeError(message)
        index, stream, kind = self._tally.n_chunks, self.row.stream, chunk.kind
        self._log.append(
            lambda seq, t: StreamDelta(
                seq=seq, t=t, stream=stream, index=index, text=text, kind=kind
            ),
            provider_ns=chunk.provider_ns or agent_ns,
            agent_ns=agent_ns,
        )
        if kind == "text":
            self._text.append(text)
        self._has_content = True
        self._tally.count(text, len(data), kind, agent_ns)

    def _annotate(self, emitted: object) -> None:
        self._log.append(_draft(self.row.stream, emitted))
        if isinstance(emitted, Usage):
            self._usage = emitted
        elif isinstance(emitted, Replace):
            self._text = [emitted.text]
        self._has_content |= not isinstance(emitted, Status | Usage)


def _clean(text: str) -> tuple[str, bytes]:
    """Return `text` and its UTF-8; a lone surrogate, which has none, becomes U+FFFD."""
    try:
        return text, text.encode()
    except UnicodeEncodeError:
        data = text.encode("utf-16-le", "surrogatepass")
        text = data.decode("utf-16-le", "replace")
        return text, text.encode()


def _draft(stream: str, emitted: object) -> Draft:
    match emitted:
        case Status(description, done, hidden):
            return lambda seq, t: StreamStatus(
                seq=seq, t=t, stream=stream, description=description, done=done, hidden=hidden
            )
        case Source(source):
            return lambda seq, t: StreamSource(seq=seq, t=t, stream=stream, source=source)
        case File(file):
            return lambda seq, t: StreamFile(seq=seq, t=t, stream=stream, file=file)
        case Embed(embed):
            return lambda seq, t: StreamEmbed(seq=seq, t=t, stream=stream, embed=embed)
        case Replace(text):
            return lambda seq, t: StreamReplace(seq=seq, t=t, stream=stream, text=text)
        case Usage():
            return lambda seq, t: StreamUsage(seq=seq, t=t, stream=stream, usage=emitted)
    message = (
        f"The agent yielded a {type(emitted).__name__}; it may yield text, Chunk, Status, "
        "Source, File, Embed, Replace, Metadata, Usage or Finish."
    )
    raise AgentError(message)
