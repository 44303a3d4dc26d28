"""The drivers: one request over the native socket, over SSE, over OpenAI's endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from msgspec import Struct

from jupyter_agentchat.agents.generation import KEY
from jupyter_agentchat.client.aio import AsyncChat
from jupyter_agentchat.client.credential import read_token
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.failures import from_wire
from jupyter_agentchat.client.reply import Collector, Reply
from jupyter_agentchat.errors import AgentChatError, AgentError, DisconnectedError
from jupyter_agentchat.extract.openai import ChatCompletionsParser, Delta, Done, Failure, Usage
from jupyter_agentchat.extract.sse import SseDecoder
from jupyter_agentchat.metrics import Timeline
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK
from jupyter_agentchat.protocol.codec import decode_event

if TYPE_CHECKING:
    import httpx


class Answered(Struct, frozen=True):
    """One answer as a driver saw it."""

    stream_id: str
    status: str
    timeline: Timeline
    failure: str | None = None


class SocketDriver:
    """Asks through a chat: the native socket, or a runtime in this process."""

    def __init__(self, chat: AsyncChat, channel: str) -> None:
        self._chat = chat
        self._channel = channel

    async def ask(
        self, text: str, *, agent: str, lane: int, metadata: dict[str, Any], t_intended: int | None
    ) -> Answered:
        """Ask; see `Driver`."""
        replies: list[Reply] = []
        chunks = self._chat.stream(
            text,
            agent=agent,
            channel=lane_of(self._channel, lane),
            metadata=without_history(metadata),
            on_end=replies.append,
            t_intended=t_intended,
        )
        try:
            async for _ in chunks:
                pass
        finally:
            await chunks.aclose()
        return _answered(replies[0])


class EventsDriver:
    """Asks by REST and reads the answer as server-sent events."""

    def __init__(self, http: httpx.AsyncClient, channel: str, chat: AsyncChat) -> None:
        self._http = http
        self._channel = channel
        self._chat = chat
        self._lanes: set[str] = set()

    async def ask(
        self, text: str, *, agent: str, lane: int, metadata: dict[str, Any], t_intended: int | None
    ) -> Answered:
        """Ask; see `Driver`."""
        channel = lane_of(self._channel, lane)
        if channel not in self._lanes:
            await self._chat.join(channel)
            self._lanes.add(channel)
        body = {
            "text": text,
            "agents": [agent],
            "metadata": without_history(metadata),
            "mode": "stream",
            "t_intended": _there(t_intended, self._chat),
        }
        decoder, collector = SseDecoder(), None
        t_request = SYSTEM_CLOCK.monotonic_ns()
        path = f"api/channels/{quote(channel, safe='')}/messages"
        async with _posting(self._http, path, body) as response:
            async for data in response.aiter_raw():
                received_ns = SYSTEM_CLOCK.monotonic_ns()
                for message in decoder.feed(data):
                    if message.event == "stream.started" and collector is None:
                        collector = Collector(
                            msgspec.json.decode(message.data)["stream"], t_request
                        )
                    elif collector is not None and message.event.startswith("stream."):
                        collector.take(decode_event(message.data), received_ns)
        if collector is None or not collector.is_over:
            raise DisconnectedError("The answer broke off before its end.")
        return _answered(collector.reply())


class OpenAIDriver:
    """Asks as OpenAI's clients do; each request is a conversation of its own."""

    def __init__(self, http: httpx.AsyncClient, chat: AsyncChat) -> None:
        self._http = http
        self._chat = chat

    async def ask(
        self,
        text: str,
        *,
        agent: str,
        lane: int,  # noqa: ARG002 - requests share nothing here
        metadata: dict[str, Any],
        t_intended: int | None,
    ) -> Answered:
        """Ask; see `Driver`."""
        body = {
            "model": agent,
            "messages": [{"role": "user", "content": text}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "metadata": {name: value for name, value in metadata.items() if name != KEY},
            **metadata.get(KEY, {}),
        }
        parser, instants, kinds = ChatCompletionsParser(), list[int](), list[str | None]()
        tokens: int | None = None
        failure: str | None = "The answer broke off before its end."
        t_request = SYSTEM_CLOCK.monotonic_ns()
        intended = _there(t_intended, self._chat)
        headers = {} if intended is None else {"X-Agentchat-Intended-Ns": str(intended)}
        path = "openai/v1/chat/completions"
        async with _posting(self._http, path, body, headers) as response:
            stream_id = response.headers.get("X-Agentchat-Stream", "")
            async for data in response.aiter_raw():
                received_ns = SYSTEM_CLOCK.monotonic_ns()
                for item in parser.feed(data):
                    match item:
                        case Delta(text=said, kind=kind) if said:
                            instants.append(received_ns)
                            kinds.append(kind)
                        case Usage(completion_tokens=count):
                            tokens = count
                        case Failure(message=why):
                            failure = why
                        case Done():
                            failure = None
        status = "completed" if failure is None else "failed"
        timeline = Timeline(
            t_request=t_request,
            t_chunks=instants,
            kinds=kinds,
            n_tokens=tokens,
            t_end=SYSTEM_CLOCK.monotonic_ns(),
            t_intended=t_intended,
            status=status,
        )
        return Answered(stream_id, status, timeline, failure)


async def http_client(server: Server) -> httpx.AsyncClient:
    """Return a client of the extension's routes on `server`."""
    import httpx  # noqa: PLC0415 - only where a trial needs it

    token = await read_token(server.token or "")
    return httpx.AsyncClient(
        base_url=f"{server.url}agentchat/",
        headers={**server.headers(token), "Accept-Encoding": "identity"},
        timeout=None,  # noqa: S113 - the trial has its own
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
    )


def lane_of(channel: str, lane: int) -> str:
    """Return the channel of a lane."""
    return f"{channel}-{lane}"


def without_history(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return metadata with which an agent sees the prompt alone."""
    return {**metadata, KEY: {"history": 0, **metadata.get(KEY, {})}}


def _there(instant: int | None, chat: AsyncChat) -> int | None:
    """Return an instant of this process on the server's clock, as the native socket says it."""
    return None if instant is None else instant + chat.offset.offset_ns


def _answered(reply: Reply) -> Answered:
    why = reply.error.message if reply.error else reply.reason
    failure = None if reply.status == "completed" else why or reply.status
    return Answered(reply.stream_id, reply.status, reply.timeline, failure)


@asynccontextmanager
async def _posting(
    http: httpx.AsyncClient,
    path: str,
    body: dict[str, Any],
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[httpx.Response]:
    """Post and give the response while it streams; translates what goes wrong."""
    import httpx  # noqa: PLC0415 - only where a trial needs it

    try:
        async with http.stream("POST", path, json=body, headers=headers) as response:
            if not response.is_success:
                raise _refusal(response.status_code, await response.aread())
            yield response
    except httpx.HTTPError as error:
        message = f"The server did not answer: {str(error) or type(error).__name__}."
        raise DisconnectedError(message) from None


def _refusal(status: int, body: bytes) -> AgentChatError:
    try:
        error = msgspec.json.decode(body)["error"]
        return from_wire(str(error.get("code")), str(error["message"]))
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        return AgentError(f"The server answered HTTP {status}.")
