"""The two ways to tell an answer: as it comes, or as one object at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from jupyter_agentchat.dialects.openai.calls import Call
from jupyter_agentchat.dialects.openai.failures import refusal, status_of
from jupyter_agentchat.dialects.openai.handlers import StreamingHandler
from jupyter_agentchat.dialects.openai.wire import DONE, Completion, finish_reason, usage_of
from jupyter_agentchat.protocol.events import StreamCompleted, StreamDelta, Terminal
from jupyter_agentchat.protocol.model import ErrorInfo
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.runtime.connection import Connection

STOPPED = ErrorInfo(code="stream_cancelled", message="Somebody stopped the answer.")
INTERRUPTED = ErrorInfo(code="unavailable", message="The answer was interrupted.", retry=True)


def failure_of(end: Terminal) -> ErrorInfo | None:
    """Return why an answer is not whole, None if it is."""
    if isinstance(end, StreamCompleted):
        return None
    return end.error or (INTERRUPTED if end.reason in {"shutdown", "server_restart"} else STOPPED)


class Told(Protocol):
    """Takes an answer batch by batch."""

    async def take(self, publications: Sequence[Publication]) -> None:
        """Take what came; StreamClosedError if the client has gone."""
        ...

    async def end(self, end: Terminal) -> None:
        """Finish the response."""
        ...


class Streamed:
    """Writes one server-sent event for each delta.

    Parameters
    ----------
    replay_until : int
        What is at or below this seq is history: the call is a resend.
    """

    def __init__(
        self,
        handler: StreamingHandler,
        call: Call,
        completion: Completion,
        *,
        connection: Connection,
        channel: str,
        replay_until: int,
    ) -> None:
        self.completion = completion
        self._handler = handler
        self._call = call
        self._connection = connection
        self._channel = channel
        self._replay_until = replay_until

    async def take(self, publications: Sequence[Publication]) -> None:
        """Write the deltas of a batch at once, and note when."""
        data = b"".join(map(self.rendered, publications))
        socket_ns = self._connection.now_ns()
        if data:
            await self.write(data)
        self._connection.delivered(
            self._channel, publications, self._replay_until, socket_ns=socket_ns
        )

    async def write(self, data: bytes) -> None:
        """Write and count."""
        await self._handler.send(data)
        self._connection.count(sent=len(data))

    async def end(self, end: Terminal) -> None:
        """Write the reason, the usage if it was asked for, and the end."""
        completion, failure = self.completion, failure_of(end)
        if failure is not None:
            if not self._handler.is_streaming:
                self._handler.refuse(failure)
                return
            data = completion.failure(refusal(failure, status_of(failure)))
        else:
            data = completion.finish(finish_reason(end))
            if self._call.asked.includes_usage:
                data += completion.usage(usage_of(end.usage, self._call.prompt, end.text))
            data += DONE
        await self.write(data)
        self._handler.finish()

    def rendered(self, publication: Publication) -> bytes:
        """Return the message of an event; those that are no deltas have none."""
        event = publication.event
        if not isinstance(event, StreamDelta):
            return b""
        if event.kind == "text":
            return self.completion.text(event.text)
        return self.completion.reasoning(event.text) if event.kind == "reasoning" else b""


class Whole:
    """Collects the answer and writes one object."""

    def __init__(self, handler: StreamingHandler, call: Call, completion: Completion) -> None:
        self._handler = handler
        self._call = call
        self._completion = completion
        self._reasoning: list[str] = []

    async def take(self, publications: Sequence[Publication]) -> None:
        """Keep the reasoning; the text comes with the end."""
        for publication in publications:
            event = publication.event
            if isinstance(event, StreamDelta) and event.kind == "reasoning":
                self._reasoning.append(event.text)

    async def end(self, end: Terminal) -> None:
        """Write it, or why there is none."""
        failure = failure_of(end)
        if failure is not None:
            self._handler.refuse(failure)
            return
        usage = usage_of(end.usage, self._call.prompt, end.text)
        reasoning = "".join(self._reasoning)
        self._handler.answer(self._completion.whole(end.text, reasoning, finish_reason(end), usage))
