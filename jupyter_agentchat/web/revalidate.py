"""Whether whoever holds a connection open may still do so: asked again, and told by a logout.

OWASP's WebSocket cheat sheet asks for both. A socket outlives its handshake, so a credential that
expired, was rotated or revoked has to be looked at again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Protocol

from jupyter_core.utils import ensure_async
from jupyter_server.auth import IdentityProvider
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError, RequestHandler

from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.web.auth import owner_identity
from jupyter_agentchat.web.direct import blank_headers

EVERY_S = 30.0
"""How often each connection is looked at again (reliability S5: within 60 s)."""
MANY = 1_000
"""So many connections, or more, are looked at over half of that time: no burst in a chunk's way."""
MAX_ENDED = 10_000
"""Cookies of sessions that were logged out and are remembered."""

_REFUSALS = frozenset({401, 403})
_log = logging.getLogger(__name__)


class Reader(Protocol):
    """Something that holds a connection open."""

    def shut(self, code: CloseCode) -> None:
        """End the connection; twice does nothing."""
        ...

    def username(self) -> str:
        """Return who reads."""
        ...

    async def verdict(self) -> CloseCode | None:
        """Ask again who this is and what they may; None: go on."""
        ...


class Sessions:
    """Ends connections whose user may no longer be there.

    Parameters
    ----------
    readers : collection of Reader
        Open connections; looked at anew each time.
    every_s : float
        Seconds from one look at all of them to the next.
    """

    def __init__(self, readers: Collection[Reader], *, every_s: float = EVERY_S) -> None:
        self._readers = readers
        self._every_s = every_s
        self._ended: OrderedDict[bytes, None] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    def start(self, provider: IdentityProvider) -> None:
        """Look at all connections from time to time, and when `provider` logs somebody out."""
        watch_logout(provider, self.log_out)
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Look no more; twice does nothing."""
        if self._task is not None:
            self._task.cancel()

    async def check(self, pause_s: float = 0.0) -> None:
        """Look at every connection once, and end those that may no longer be there.

        Parameters
        ----------
        pause_s : float
            What the loop has for others after each.
        """
        for reader in list(self._readers):
            try:
                code = await reader.verdict()
            except Exception:  # noqa: BLE001 - a hub that is away for a moment ends nobody
                _log.warning("Who reads could not be asked again", exc_info=True)
                continue
            if code is not None:
                reader.shut(code)
            await asyncio.sleep(pause_s)

    def log_out(self, username: str | None, cookie: str | None) -> None:
        """End the connections of a session that was logged out, and refuse its cookie."""
        if username is None:  # a cookie that nobody signed
            return
        if cookie:
            self._ended[_digest(cookie)] = None
            while len(self._ended) > MAX_ENDED:
                self._ended.popitem(last=False)
        for reader in list(self._readers):
            if reader.username() == username:
                reader.shut(CloseCode.EXPIRED)

    def is_over(self, cookie: str | None) -> bool:
        """Tell whether this cookie belongs to a session that was logged out."""
        return bool(cookie) and _digest(cookie or "") in self._ended

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self.check(self._every_s / 2 / max(len(self._readers), MANY))


async def asked_again(
    handler: JupyterHandler, provider: IdentityProvider, secret: str
) -> object | None:
    """Return the user behind a request as a new request would have it, None if there is none."""
    probe = twin(handler)
    provider = await owner_identity(probe, provider, secret) or provider
    try:
        return await ensure_async(provider.get_user(probe))
    except HTTPError as error:
        if error.status_code in _REFUSALS:
            return None
        raise


def twin(handler: JupyterHandler) -> JupyterHandler:
    """Return a handler of the same request on which nobody has noted yet who asks.

    It is never asked to answer: the connection belongs to `handler`.
    """
    probe = type(handler).__new__(type(handler))
    probe.application, probe.request = handler.application, handler.request
    blank_headers(probe)  # a provider may set or clear cookies
    return probe


def watch_logout(
    provider: IdentityProvider, ended: Callable[[str | None, str | None], None]
) -> None:
    """Call `ended` with user and cookie when `provider` clears a session's cookie.

    Jupyter has no event for it: its logout page calls this method of the provider, and so does a
    request with a cookie that is no longer good.
    """
    clear = provider.clear_login_cookie

    def clear_and_tell(handler: RequestHandler) -> None:
        clear(handler)
        with suppress(Exception):  # somebody else's request must not fail
            user = getattr(handler, "_jupyter_current_user", None)
            ended(getattr(user, "username", None), login_cookie(provider, handler))

    provider.clear_login_cookie = clear_and_tell  # type: ignore[method-assign]


def login_cookie(provider: IdentityProvider, handler: RequestHandler) -> str | None:
    """Return the cookie that names the session of a request."""
    return handler.get_cookie(provider.get_cookie_name(handler))


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
