"""An HTTP session that sends addresses as they are written."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any


class ExactUrls:
    """What python-engineio uses of an ``aiohttp.ClientSession``.

    aiohttp writes ``/user/a%40b/`` as ``/user/a@b/``, which is not the base URL of a Jupyter server
    that JupyterHub has started; here an address stays as it is.
    """

    def __init__(self) -> None:
        import aiohttp  # noqa: PLC0415 - an extra
        import yarl  # noqa: PLC0415 - comes with it

        self._exact = yarl.URL
        self._session = aiohttp.ClientSession()
        self.cookie_jar = self._session.cookie_jar

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._session.closed

    def get(self, url: str, **options: Any) -> Awaitable[Any]:  # noqa: ANN401 - aiohttp's
        """Send a GET."""
        return self._session.get(self._exact(url, encoded=True), **options)

    def post(self, url: str, **options: Any) -> Awaitable[Any]:  # noqa: ANN401 - same
        """Send a POST."""
        return self._session.post(self._exact(url, encoded=True), **options)

    def ws_connect(self, url: str, **options: Any) -> Awaitable[Any]:  # noqa: ANN401 - same
        """Open a WebSocket."""
        opening: Awaitable[Any] = self._session.ws_connect(
            self._exact(url, encoded=True), **options
        )
        return opening

    async def close(self) -> None:
        """Let go of its connections."""
        await self._session.close()
