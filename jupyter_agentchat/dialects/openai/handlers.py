"""Bases of the endpoint's handlers: errors in OpenAI's form, answers that stream."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from tornado.iostream import StreamClosedError

from jupyter_agentchat.dialects.openai.failures import encode_refusal, refusal, status_of
from jupyter_agentchat.protocol.model import ErrorInfo
from jupyter_agentchat.web.cors import CrossOrigin
from jupyter_agentchat.web.direct import SLICE_BYTES, leave_raw, set_up, stream_under
from jupyter_agentchat.web.failures import explain
from jupyter_agentchat.web.handlers import RestHandler
from jupyter_agentchat.web.sse import HEARTBEAT

HEARTBEAT_S = 10.0
"""An answer that is silent for so long gets a comment."""
CHANNEL_HEADER = "X-Agentchat-Channel"
"""In a request: the channel to continue, made if it is not there. In an answer: where it stands."""
STREAM_HEADER = "X-Agentchat-Stream"
"""In an answer: which stream of the log it is."""
INTENDED_HEADER = "X-Agentchat-Intended-Ns"
"""In a request: when a load plan meant to send it, in nanoseconds of the server's clock."""
SHOULD_RETRY = "x-should-retry"
"""OpenAI's clients try again, or not, as this header says."""

STAINLESS = ", ".join(
    f"x-stainless-{what}"
    for what in (
        *("arch", "async", "helper-method", "lang", "os", "package-version", "poll-helper"),
        *("retry-count", "runtime", "runtime-version", "timeout"),
    )
)
"""What OpenAI's client for browsers sends of itself."""


class OpenAIHandler(CrossOrigin, RestHandler):
    """JSON in, JSON out, refusals as OpenAI words them."""

    taken = f"{CHANNEL_HEADER}, {INTENDED_HEADER}, {STAINLESS}, x-client-request-id, x-request-id"
    exposed = f"{CHANNEL_HEADER}, {STREAM_HEADER}, {SHOULD_RETRY}"

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - Tornado's interface
        """Answer with the error."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        status, info = explain(error, status_code)
        self.set_cors_headers()
        self.refuse(info, status, getattr(error, "param", None))

    def refuse(self, info: ErrorInfo, status: int | None = None, param: str | None = None) -> None:
        """Finish with an error and say whether trying again may help."""
        status = status_of(info) if status is None else status
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.set_header(SHOULD_RETRY, "true" if info.retry else "false")
        self.finish(encode_refusal(refusal(info, status, param)))


class StreamingHandler(OpenAIHandler):
    """Writes an event stream, which begins with the first write.

    Until then a failure is an ordinary answer with its own status.
    """

    is_streaming = False
    _writing: asyncio.Lock | None = None

    async def send(self, data: bytes) -> None:
        """Write and wait until the socket has taken it; one flush at a time, as Tornado asks.

        Raises
        ------
        StreamClosedError
            If the client has gone, or took nothing for as long as a reader may.
        """
        if not self.is_streaming:
            self._begin()
        self._writing = self._writing or asyncio.Lock()
        async with self._writing:
            for start in range(0, len(data), SLICE_BYTES):
                self.write(data[start : start + SLICE_BYTES])
                await self._flush_in_time()

    def begin_beating(self) -> asyncio.Task[None]:
        """Keep the connection alive through silence; cancel the task when the answer has ended."""
        self._flushed = asyncio.get_running_loop().time()
        return asyncio.create_task(self._beat())

    def _begin(self) -> None:
        self.is_streaming = True
        self.set_status(HTTPStatus.OK)
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", "no-cache, no-transform")
        self.set_header("X-Accel-Buffering", "no")
        leave_raw(self)
        set_up(stream_under(self))

    async def _flush_in_time(self) -> None:
        loop = asyncio.get_running_loop()
        self._flushed = loop.time()
        try:
            async with asyncio.timeout(self.service.settings.reader_budget_s):
                await self.flush()
        except TimeoutError:
            stream_under(self).close()
            raise StreamClosedError from None

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        with suppress(StreamClosedError):
            while True:
                await asyncio.sleep(self._flushed + HEARTBEAT_S - loop.time())
                if loop.time() - self._flushed >= HEARTBEAT_S:
                    await self.send(HEARTBEAT)
