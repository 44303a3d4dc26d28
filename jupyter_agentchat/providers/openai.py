"""Any OpenAI-compatible endpoint: chat completions, streamed.

httpx is imported with the first request: it takes longer to import than everything else here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from importlib import import_module
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from jupyter_agentchat.errors import InvalidInputError, ProviderAuthError
from jupyter_agentchat.extract.openai import ChatCompletionsParser, Delta, Done, Failure
from jupyter_agentchat.extract.openai import Finish as Finished
from jupyter_agentchat.extract.openai import Usage as Counted
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.protocol.model import Usage
from jupyter_agentchat.providers.base import Delivered, Finish, RawChunk, Request
from jupyter_agentchat.providers.refusals import Endpoint
from jupyter_agentchat.providers.secret import Secret
from jupyter_agentchat.providers.timeouts import Timeouts, Watch

if TYPE_CHECKING:
    from jupyter_agentchat.providers.http import HttpClient, Reply

_OK: Final = 200
_BAD_REQUEST: Final = frozenset({400, 422})
_NO_STREAM: Final = frozenset({"application/json", "text/html"})
_SAID_ALL: Final = "stop"
_LINGER_S: Final = 0.1
"""What a complete answer may take to close: a connection that is read to its end is used again."""


class OpenAIProvider:
    """A `Provider` over ``POST {base_url}/chat/completions``.

    Parameters
    ----------
    base_url : str
        As ``http://127.0.0.1:8000/v1``.
    name : str
        How people call the endpoint.
    key : Secret
        Sent as a bearer token, if there is one.
    key_hint : str
        Where the key comes from, for the sentence that asks for it.
    is_key_required : bool
        Refuse to ask without a key.
    limit_field : str
        The endpoint's name for the most tokens to write.
    timeouts : Timeouts
        How long it may take.
    clock : Clock
        Stamps what arrives.
    """

    def __init__(
        self,
        base_url: str,
        *,
        name: str = "openai",
        key: Secret | None = None,
        key_hint: str = "its key",
        is_key_required: bool = False,
        limit_field: str = "max_tokens",
        timeouts: Timeouts | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self.name = name
        self._url = f"{_checked(base_url).rstrip('/')}/chat/completions"
        self._key = key or Secret()
        self._endpoint = Endpoint(who=f"{name} ({base_url})", key=self._key, key_hint=key_hint)
        self._is_key_required = is_key_required
        self._limit_field = limit_field
        self._timeouts = timeouts or Timeouts()
        self._clock = clock
        self._http: HttpClient | None = None
        self._connecting = asyncio.Lock()
        self._asks_usage = True

    def __repr__(self) -> str:
        return f"<OpenAIProvider {self._endpoint.who}>"

    async def stream(self, request: Request) -> AsyncGenerator[Delivered, None]:
        """Ask, and yield chunks as they come and the usage at the end."""
        watch = Watch(self._timeouts, self._endpoint.who)
        reply = await self._open(request, watch)
        parser = ChatCompletionsParser()
        usage: Usage | None = None
        data: bytes | None = b""
        is_done = False
        try:
            while data is not None and not is_done:
                async with watch.limit():
                    data = await reply.read()
                at_ns = self._clock.monotonic_ns()
                watch.begin()
                for item in parser.finish() if data is None else parser.feed(data):
                    if isinstance(item, Delta) and item.text:
                        yield RawChunk(item.text, item.kind, at_ns)
                    elif isinstance(item, Finished) and item.reason != _SAID_ALL:
                        yield Finish(item.reason)
                    elif isinstance(item, Counted):
                        usage = _usage(item)
                    elif isinstance(item, Failure):
                        raise self._endpoint.failed(item.status, item.message, model=request.model)
                    is_done = isinstance(item, Done)
            if usage is not None:
                yield usage
            await reply.linger(_LINGER_S)
        finally:
            await reply.close()

    async def close(self) -> None:
        """Close the connections."""
        http, self._http = self._http, None
        if http is not None:
            await http.close()

    async def _open(self, request: Request, watch: Watch) -> Reply:
        """Return the reply that streams; ask without usage where asking for it is refused."""
        if self._is_key_required and not self._key:
            raise ProviderAuthError(
                f"{self._endpoint.who} needs a key; set {self._endpoint.key_hint}."
            )
        reply = await self._post(request, watch, asks_usage=self._asks_usage)
        if self._asks_usage and reply.status in _BAD_REQUEST:
            await reply.close()
            reply = await self._post(request, watch, asks_usage=False)
            self._asks_usage = reply.status != _OK
        media_type = reply.header("content-type").partition(";")[0].strip()
        if reply.status == _OK and media_type not in _NO_STREAM:
            return reply
        try:
            async with watch.limit():
                body = await reply.read_error()
        finally:
            await reply.close()
        if reply.status == _OK:
            raise self._endpoint.no_stream(media_type, body)
        raise self._endpoint.refused(
            reply.status, body, model=request.model, retry_after=reply.header("retry-after")
        )

    async def _post(self, request: Request, watch: Watch, *, asks_usage: bool) -> Reply:
        headers = {
            "Accept": "text/event-stream",
            # a compressor on the way would hold chunks back
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
        }
        if self._key:
            headers["Authorization"] = f"Bearer {self._key.reveal()}"
        body = self._body(request, asks_usage=asks_usage)
        async with watch.limit():
            http = await self._connected()
            return await http.post(body, headers)

    async def _connected(self) -> HttpClient:
        async with self._connecting:
            if self._http is None:
                self._http = await asyncio.to_thread(
                    _client, self._url, self._endpoint.who, self._timeouts
                )
            return self._http

    def _body(self, request: Request, *, asks_usage: bool) -> bytes:
        body: dict[str, object] = {
            "model": request.model,
            "messages": [{"role": turn.role, "content": turn.text} for turn in request.turns],
            "stream": True,
        }
        if asks_usage:
            body["stream_options"] = {"include_usage": True}
        sampling = {
            "temperature": request.temperature,
            self._limit_field: request.max_tokens,
            "seed": request.seed,
            "stop": list(request.stop) or None,
        }
        body.update({name: value for name, value in sampling.items() if value is not None})
        return msgspec.json.encode(body)


def _client(url: str, who: str, timeouts: Timeouts) -> HttpClient:
    """Import httpx and read the certificates: a tenth of a second, so not on the loop."""
    module = import_module("jupyter_agentchat.providers.http")
    client: HttpClient = module.HttpClient(url, who, timeouts)
    return client


def _usage(counted: Counted) -> Usage:
    return Usage(input_tokens=counted.prompt_tokens, output_tokens=counted.completion_tokens)


def _checked(base_url: str) -> str:
    """Return a base URL that holds nothing secret.

    Raises
    ------
    InvalidInputError
        If it is no http address, or holds a password or a query; the sentence does not show them.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidInputError(
            "The base URL of a model endpoint looks like http://127.0.0.1:8000/v1."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidInputError(
            f"The base URL of {parts.hostname} holds a password or a query; "
            "give the key in the environment or the configuration instead."
        )
    return base_url
