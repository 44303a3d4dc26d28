"""A real HTTP server on this machine that plays an OpenAI-compatible endpoint, good or bad."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from enum import Enum
from types import TracebackType
from typing import Any, Self

import msgspec
from msgspec import Struct


class Fault(Enum):
    """What an endpoint may do instead of ending its answer well."""

    HANG_UP = "hang up"
    """As the first step: close the connection instead of answering."""
    BREAK = "break"
    """Cut the connection in the middle of the body."""


Step = bytes | asyncio.Event | Fault
"""What happens next: write it, wait for it, or fail so."""


def _event_stream() -> dict[str, str]:
    return {"Content-Type": "text/event-stream"}


class Answer(Struct, frozen=True, kw_only=True):
    """One HTTP answer: its body is sent in chunks, one for each step of bytes."""

    steps: Sequence[Step] = ()
    status: int = 200
    headers: Mapping[str, str] = msgspec.field(default_factory=_event_stream)


class Received(Struct, frozen=True, kw_only=True):
    """One request as it came; `connection` numbers the connections from 0."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    connection: int


def data(payload: object) -> bytes:
    """Return one server-sent event."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return f"data: {text}\n\n".encode()


def delta(text: str, *, reasoning: bool = False, finish: str | None = None) -> bytes:
    """Return the event of one delta."""
    field = "reasoning_content" if reasoning else "content"
    return data({"choices": [{"index": 0, "delta": {field: text}, "finish_reason": finish}]})


DONE = data("[DONE]")


def good_answer(*texts: str, prompt_tokens: int = 7) -> Answer:
    """Return a complete answer with its usage."""
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": len(texts)}
    end = [delta("", finish="stop"), data({"choices": [], "usage": usage}), DONE]
    return Answer(steps=[*map(delta, texts), *end])


def refusal(status: int, message: str = "", **headers: str) -> Answer:
    """Return a refusal in OpenAI's form; ``retry_after="20"`` becomes ``Retry-After: 20``."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    body = json.dumps({"error": {"message": message}}).encode()
    return Answer(
        status=status, steps=[body], headers={"Content-Type": "application/json", **named}
    )


class ScriptedEndpoint:
    """The server; an asynchronous context manager.

    Parameters
    ----------
    answers : sequence of Answer
        The first for the first request and so on; the last one for all that follow.

    Attributes
    ----------
    url : str
        The base URL, on a port that the kernel chose.
    requests : list of Received
        What came, in order.
    asked : asyncio.Event
        Set when the first request is there.
    hung_up : asyncio.Event
        Set when a client cut the connection before its answer was complete.
    """

    def __init__(self, *answers: Answer) -> None:
        self.url = ""
        self.requests: list[Received] = []
        self.asked = asyncio.Event()
        self.hung_up = asyncio.Event()
        self._answers = answers or (good_answer("Hello", " there"),)
        self._connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer, self._connections))
        self._connections += 1
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> None:
        try:
            while (request := await _read(reader, connection)) is not None:
                answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
                self.requests.append(request)
                self.asked.set()
                await self._answer(answer, reader, writer)
        except ConnectionError:
            self.hung_up.set()
        finally:
            writer.transport.abort()

    async def _answer(
        self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if answer.steps[:1] == [Fault.HANG_UP]:
            writer.close()
            raise ConnectionAbortedError
        headers = {"Transfer-Encoding": "chunked", **answer.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {answer.status} Scripted\r\n{head}\r\n".encode())
        for step in answer.steps:
            await writer.drain()
            if isinstance(step, bytes):
                writer.write(b"%x\r\n%s\r\n" % (len(step), step))
            elif isinstance(step, asyncio.Event):
                await self._wait(step, reader)
            else:
                raise ConnectionAbortedError
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _wait(self, event: asyncio.Event, reader: asyncio.StreamReader) -> None:
        """Wait for the event, or for the client to hang up: it sends nothing meanwhile."""
        gone = asyncio.create_task(reader.read(1))
        set_ = asyncio.create_task(event.wait())
        try:
            await asyncio.wait({gone, set_}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise ConnectionResetError
        finally:
            gone.cancel()
            set_.cancel()
            await asyncio.wait({gone, set_})


async def _read(reader: asyncio.StreamReader, connection: int) -> Received | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    body = json.loads(await reader.readexactly(int(headers["content-length"])))
    return Received(path=first.split()[1], headers=headers, body=body, connection=connection)
