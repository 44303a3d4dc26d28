"""The one place that knows httpx: requests out, bytes in, its exceptions translated."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

import httpx

from jupyter_agentchat.errors import (
    ProviderError,
    ProviderStreamError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from jupyter_agentchat.providers.timeouts import Timeouts

_MAX_ERROR_BODY: Final = 64 * 1024


class _Stale(Exception):  # noqa: N818 - a signal between two functions
    """A kept connection was closed by the endpoint as we used it: the request was not seen.

    RFC 9112 section 9.3.1 lets a client send again then; an endpoint that hangs up on a fresh
    connection is not asked twice.
    """


class Reply:
    """An endpoint's answer whose body has not been read yet."""

    def __init__(self, response: httpx.Response, who: str) -> None:
        self._response = response
        self._who = who
        self.status = response.status_code
        self._bytes = response.aiter_bytes()

    def header(self, name: str) -> str:
        """Return a header, empty if it is not there."""
        return str(self._response.headers.get(name, ""))

    async def read(self) -> bytes | None:
        """Return the bytes that arrived, None at the end.

        Raises
        ------
        ProviderStreamError
            If the connection breaks, or the body cannot be read.
        """
        with _translated(self._who, is_streaming=True):
            return await anext(self._bytes, None)

    async def read_error(self) -> bytes:
        """Return the beginning of a refusal's body; what cannot be read is left out."""
        body = b""
        try:
            while len(body) < _MAX_ERROR_BODY and (data := await self.read()) is not None:
                body += data
        except ProviderError:
            return body
        return body

    async def linger(self, seconds: float) -> None:
        """Wait so long for the end of a complete body: its connection can then be used again."""
        with suppress(TimeoutError, ProviderError):
            async with asyncio.timeout(seconds):
                while await self.read() is not None:
                    pass

    async def close(self) -> None:
        """End the request; if something was not read, its connection is closed."""
        with suppress(httpx.HTTPError):
            await self._response.aclose()


class HttpClient:
    """A pool of connections to one endpoint.

    Parameters
    ----------
    url : str
        What is posted to.
    who : str
        The endpoint, for the sentences.
    timeouts : Timeouts
        Only `connect` is used here.
    """

    def __init__(self, url: str, who: str, timeouts: Timeouts) -> None:
        self._url = url
        self._who = who
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=timeouts.connect),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=16),
            # a proxy that the environment names is for the world, not for this machine
            trust_env=not _is_loopback(httpx.URL(url).host),
        )

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send `body`; return when the head of the answer is there.

        Raises
        ------
        ProviderUnavailableError
            If the endpoint cannot be reached, or hangs up before it answers.
        ProviderTimeoutError
            If it does not accept the connection in time.
        """
        with _translated(self._who, is_streaming=False):
            try:
                return await self._send(body, headers)
            except _Stale:
                return await self._send(body, headers)

    async def _send(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        is_fresh = False

        async def trace(event: str, _info: object) -> None:
            nonlocal is_fresh
            is_fresh |= event == "connection.connect_tcp.complete"

        request = self._client.build_request(
            "POST", self._url, content=body, headers=headers, extensions={"trace": trace}
        )
        try:
            return Reply(await self._client.send(request, stream=True), self._who)
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            if is_fresh or isinstance(error, httpx.ConnectError):
                raise
            raise _Stale from None

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@contextmanager
def _translated(who: str, *, is_streaming: bool) -> Iterator[None]:
    """Turn httpx's exceptions into ours; theirs hold the request and are not kept as a cause."""
    try:
        yield
    except httpx.ConnectTimeout:
        raise ProviderTimeoutError(f"{who} did not accept the connection in time.") from None
    except httpx.ConnectError as error:
        reason = str(error) or "no connection"
        raise ProviderUnavailableError(
            f"{who} cannot be reached ({reason}); is it running?"
        ) from None
    except httpx.HTTPError as error:
        if is_streaming:
            raise ProviderStreamError(f"The stream of {who} broke off ({_name(error)}).") from None
        sentence = f"{who} hung up before it answered ({_name(error)})."
        raise ProviderUnavailableError(sentence) from None


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
