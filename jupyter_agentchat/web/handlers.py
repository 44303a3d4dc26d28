"""Bases of our handlers: guarded on every verb, and JSON whatever happens."""

from __future__ import annotations

from http import HTTPStatus
from types import TracebackType
from typing import Any, TypeVar, cast

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.auth import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from jupyter_agentchat.errors import AgentChatError, ForbiddenError, InvalidInputError
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.codec import encode_error
from jupyter_agentchat.protocol.commands import MAX_COMMAND_BYTES
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.web.auth import author_of, is_foreign, owner_identity
from jupyter_agentchat.web.backend import SETTING, Backend
from jupyter_agentchat.web.bodies import read_body
from jupyter_agentchat.web.failures import explain
from jupyter_agentchat.web.revalidate import asked_again, login_cookie

T = TypeVar("T")
RESOURCE = "agentchat"
_FOREIGN = "A page of another origin may not use your Jupyter session."
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Guarded(JupyterHandler):
    """Authenticates and authorises every request before its method runs.

    `prepare` guards all verbs, those that a subclass does not implement too, so that no route
    can be left open by forgetting a decorator.
    """

    auth_resource = RESOURCE
    _owner: IdentityProvider | None = None

    @property
    def backend(self) -> Backend:
        """What the faces share."""
        return cast("Backend", self.settings[SETTING])

    @property
    def service(self) -> Service:
        """The running service; UnavailableError if there is none."""
        return self.backend.service

    @property
    def author(self) -> Author:
        """Who asks; never what the request's body says."""
        return author_of(cast("User", self.current_user))

    @property
    def action(self) -> str:
        """What the authoriser is asked."""
        return "read" if self.request.method in _READING else "write"

    @property
    def admits_strangers(self) -> bool:
        """Whether this request may go on although nobody signed it."""
        return False

    @property
    def identity_provider(self) -> IdentityProvider:
        """The server's own, or the owner's for this request."""
        return self._owner or super().identity_provider

    async def prepare(self, *, _redirect_to_login: bool = False) -> None:
        """Refuse whoever is not known, not allowed, or sent by a foreign page.

        Who is admitted while the service starts waits for it.
        """
        await self._admit()
        await self.backend.settled()

    async def _admit(self) -> None:
        provider = super().identity_provider
        self._owner = await owner_identity(self, provider, self.backend.secret)
        await super().prepare(_redirect_to_login=False)
        if self.current_user is None and self.admits_strangers:
            return
        if self.current_user is None or self._is_logged_out():
            raise web.HTTPError(403)
        if not self.token_authenticated and is_foreign(self, self.get_origin()):
            raise ForbiddenError(_FOREIGN)
        if not await self._is_allowed(self.current_user):
            raise ForbiddenError(f"You may not {self.action} {self.auth_resource} on this server.")

    def username(self) -> str:
        """Return who asks."""
        return self.author.id

    async def verdict(self) -> CloseCode | None:
        """Ask again who this is and what they may; None: the connection may stay."""
        provider = super().identity_provider
        user = await asked_again(self, provider, self.backend.secret)
        if user is None or self._is_logged_out():
            return CloseCode.EXPIRED
        return None if await self._is_allowed(cast("User", user)) else CloseCode.FORBIDDEN

    async def recognise(self) -> Author | None:
        """Note who asks, and return them; None if that is nobody who may do this.

        For a request that is not answered, such as one that stands for a token in a packet.
        """
        provider = super().identity_provider
        self._owner = await owner_identity(self, provider, self.backend.secret)
        user = cast("User | None", await asked_again(self, provider, self.backend.secret))
        if user is None or not await self._is_allowed(user):
            return None
        self.current_user = self._jupyter_current_user = user
        self._token_authenticated = True
        return self.author

    async def _is_allowed(self, user: User) -> bool:
        allowed = self.authorizer.is_authorized(self, user, self.action, self.auth_resource)
        return bool(await ensure_async(allowed))

    def _is_logged_out(self) -> bool:
        """Tell whether only a session speaks for this request that was logged out."""
        if self.token_authenticated:
            return False
        provider = super().identity_provider
        return self.backend.sessions.is_over(login_cookie(provider, self))

    def check_xsrf_cookie(self) -> None:
        """Ask for the XSRF token where a cookie speaks for the user; who has none is refused."""
        if getattr(self, "_jupyter_current_user", None) is None:
            return
        try:
            super().check_xsrf_cookie()
        except web.HTTPError as error:
            if error.status_code == HTTPStatus.NOT_FOUND:  # Jupyter's answer to a foreign origin
                raise ForbiddenError(_FOREIGN) from None
            raise

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401 - Tornado's interface
        """Answer with the error's code and sentence."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        status, info = explain(error, status_code)
        self.set_status(status)  # without the exception's own reason
        self.set_header("Content-Type", "application/json")
        self.finish(encode_error(info))

    def log_exception(
        self,
        typ: type[BaseException] | None,  # noqa: ARG002 - Tornado's interface
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log by path alone: Tornado's own lines hold the query, and with it tokens."""
        where = f"{self.request.method} {self.request.path}"
        if isinstance(value, web.HTTPError) or getattr(value, "fault", "") == "caller":
            self.log.debug("%s: %s", where, value)
        elif isinstance(value, AgentChatError):
            self.log.warning("%s: %s", where, value)
        elif value is not None:
            self.log.error("%s failed", where, exc_info=(type(value), value, tb))


class RestHandler(Guarded):
    """JSON in, JSON out."""

    def read(self, kind: type[T], *, limit: int = MAX_COMMAND_BYTES) -> T:
        """Return the body as `kind`; see `read_body` for what may be wrong with it."""
        return read_body(self.request.body, kind, limit=limit)

    def answer(self, value: object, status: int = HTTPStatus.OK) -> None:
        """Finish with a JSON body."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(msgspec.json.encode(value))

    def number(self, name: str) -> int | None:
        """Return a query argument that is a non-negative number, None if it is not given."""
        text = self.get_query_argument(name, None)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 - int64
            raise InvalidInputError(f"{name} is a non-negative number, not {text[:40]!r}.")
        return int(text)

    def origin(self, transport: str, t_intended: int | None = None) -> Origin:
        """Return where this request came from, stamped now."""
        t_request = self.service.clock.monotonic_ns()
        return Origin(transport=transport, t_request=t_request, t_intended=t_intended)


class NotFoundHandler(RestHandler):
    """Everything under our prefix that is no route."""

    @web.authenticated
    async def get(self) -> None:
        """Say so."""
        raise web.HTTPError(404)

    post = put = patch = delete = head = options = get
