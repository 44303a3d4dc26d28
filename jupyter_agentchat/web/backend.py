"""What all faces of one server share: the service, or why there is none."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from jupyter_agentchat.errors import DisabledError, UnavailableError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.web.pulse import Pulse
from jupyter_agentchat.web.revalidate import Reader, Sessions

if TYPE_CHECKING:
    from jupyter_agentchat.runtime.service import Service
    from jupyter_agentchat.web.uploads import Uploads

SETTING = "jupyter_agentchat_backend"
"""Where handlers find the backend in Tornado's settings."""
START_S = 10.0
"""How long a request waits for the service to start."""
PING_S = 10.0
"""A WebSocket is pinged so often."""
SIGN_S = 5.0
"""A stream of events that was silent for two to three times as long gets a comment."""


class Beside(Protocol):
    """What a dialect keeps beside the service."""

    def close(self) -> None:
        """Let go of the service."""
        ...


B = TypeVar("B", bound=Beside)


class Backend:
    """The service behind the handlers.

    Attributes
    ----------
    secret : str
        Opens our own routes and nothing else; kernels inherit it from the environment.
    note : str or None
        What is unusual about this server and people should know.
    readers : set of Reader
        Open connections, ended by `stop`.
    uploads : Uploads or None
        Files that clients brought; there once the server runs.
    pings, signs : Pulse
        The turns of sockets, and of streams of events.
    sessions : Sessions
        Ends those whose user may no longer be there.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self.secret = secrets.token_urlsafe(32)
        self.store = "none"
        self.note: str | None = None
        self.readers: set[Reader] = set()
        self.sessions = Sessions(self.readers)
        self.pings, self.signs = Pulse(PING_S), Pulse(SIGN_S)
        self._clock = clock
        self._started_ns = clock.monotonic_ns()
        self._service: Service | None = None
        self.uploads: Uploads | None = None
        self._beside: dict[object, Beside] = {}
        self._settled = asyncio.Event()
        self._why_not: UnavailableError = UnavailableError(
            "The chat service is starting; try again in a moment."
        )

    @property
    def service(self) -> Service:
        """The running service.

        Raises
        ------
        UnavailableError
            If there is none; the sentence says why, the class whether trying again can help.
        """
        if self._service is None:
            raise self._why_not.with_traceback(None)
        return self._service

    @property
    def uptime_s(self) -> float:
        """Seconds since the server loaded the extension."""
        return (self._clock.monotonic_ns() - self._started_ns) / 1e9

    def beside(self, kind: Callable[[Service], B]) -> B:
        """Return what a dialect keeps beside the service: ``kind(service)``, made once."""
        made = self._beside.get(kind)
        if made is None:
            made = self._beside[kind] = kind(self.service)
        return cast("B", made)

    async def settled(self) -> None:
        """Wait until the service has started or failed to, for `START_S` at most."""
        if not self._settled.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._settled.wait(), START_S)

    def start(self, service: Service, store: str, note: str | None = None) -> None:
        """Take requests; `store` names the store without its credentials."""
        self._settled.set()
        self._service = service
        self.store = store
        self.note = note

    def fail(self, why: str) -> None:
        """Answer every request with 503 and this sentence."""
        self._settled.set()
        self._service = None
        self._why_not = DisabledError(why)

    async def stop(self) -> None:
        """Interrupt what is live, close the service and every connection."""
        self._settled.set()
        service, self._service = self._service, None
        self._why_not = UnavailableError(
            "The chat service has stopped; try again when the server is back."
        )
        self.sessions.stop()
        for made in self._beside.values():
            made.close()
        self._beside.clear()
        if service is not None:
            await service.close()
        for reader in list(self.readers):
            reader.shut(CloseCode.STOPPING)
