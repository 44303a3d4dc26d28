"""Who is on the other side of a session: known by the handshake, or by a token in CONNECT."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import NamedTuple, cast

from tornado.httputil import HTTPHeaders

from jupyter_agentchat.protocol.announcement import SECRET_HEADER
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.web.handlers import Guarded
from jupyter_agentchat.web.revalidate import twin


class Known(NamedTuple):
    """Somebody who signed in; every request of a session has to be the same user's."""

    user: str


class Stranger(NamedTuple):
    """Somebody who did not, and so has nothing but its session's id to show.

    A client that signs in by CONNECT alone sends no credential with its further requests: who
    learns its id and has the same address could go on with its session while it polls. Programs
    are not told apart: one client may name itself differently over polling and over a WebSocket.
    """

    address: str


class Visitor:
    """Whoever opened a session.

    Attributes
    ----------
    request : Guarded
        The request that says who it is: the handshake, or one that stands for CONNECT.
    user : Author or None
        Who it is; None as long as nobody knows.
    """

    def __init__(self, handler: Guarded) -> None:
        self.request = handler
        self.user: Author | None = None
        if handler.current_user is not None:
            self.user = handler.author
        self._callbacks: list[Callable[[], None]] = []

    def when_known(self, callback: Callable[[], None]) -> None:
        """Have `callback` called once when a token has told who it is."""
        self._callbacks.append(callback)

    async def show(self, token: str) -> Author | None:
        """Take the token that came with CONNECT; returns whose it is, None if nobody's."""
        request = _with_token(self.request, token)
        user = await request.recognise()
        if user is not None:
            self.request, self.user = request, user
            while self._callbacks:
                self._callbacks.pop()()
        return user

    async def verdict(self) -> CloseCode | None:
        """Ask again who this is and what they may; None: they may stay."""
        return None if self.user is None else await self.request.verdict()


def _with_token(handler: Guarded, token: str) -> Guarded:
    """Return a handler of the same request, signed in by `token` and by nothing else."""
    request = copy(handler.request)
    kept = [pair for pair in request.headers.get_all() if pair[0] not in _CREDENTIALS]
    request.headers = HTTPHeaders()
    for name, value in kept:
        request.headers.add(name, value)
    request.headers["Authorization"] = f"token {token}"
    request.query, request.uri = "", request.path
    request.arguments, request.query_arguments = {}, {}
    request.__dict__.pop("_cookies", None)
    probe = cast("Guarded", twin(handler))
    probe.request = request
    return probe


_CREDENTIALS = frozenset({"Cookie", "Authorization", SECRET_HEADER})
