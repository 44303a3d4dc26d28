"""The sessions of one mount point, and what a dialect needs around them."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_agentchat.errors import RateLimitedError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.close_codes import CloseCode
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.socketio import (
    Connection,
    EngineServer,
    EngineSettings,
)
from jupyter_agentchat.socketio.settings import Transport
from jupyter_agentchat.web.engineio.application import Application
from jupyter_agentchat.web.engineio.conversation import Conversation
from jupyter_agentchat.web.engineio.driver import Driver
from jupyter_agentchat.web.engineio.peers import Upper
from jupyter_agentchat.web.engineio.presences import Presences
from jupyter_agentchat.web.engineio.visitor import Known, Stranger, Visitor

MAX_STRANGERS = 32
"""Sessions of one address that wait to say who they are."""


class Mount:
    """Engine.IO sessions; a subclass says what speaks over them.

    Attributes
    ----------
    engine : EngineServer
        Decides which session a request belongs to.
    """

    def __init__(self, settings: EngineSettings, clock: Clock) -> None:
        self.engine = EngineServer(settings)
        self._clock = clock
        self._drivers: dict[str, Driver] = {}
        self._strangers: dict[str, set[Driver]] = {}

    def upper(self, driver: Driver) -> Upper:
        """Return what speaks over a new session."""
        raise NotImplementedError

    def find(self, sid: str) -> Driver | None:
        """Return the driver of a session, None if there is none."""
        return self._drivers.get(sid)

    def check_room(self, identity: Known | Stranger) -> None:
        """See whether one more session may be opened.

        Raises
        ------
        RateLimitedError
            If too many of this address wait to say who they are.
        """
        if not isinstance(identity, Stranger):
            return
        if len(self._strangers.get(identity.address, ())) >= MAX_STRANGERS:
            message = f"At most {MAX_STRANGERS} connections of one address wait for a sign-in."
            raise RateLimitedError(message)

    def open(self, transport: Transport, identity: Known | Stranger, visitor: Visitor) -> Driver:
        """Begin a session."""
        now = self._clock.monotonic_ns()
        session = self.engine.open(transport, identity=identity, now=now)
        driver = Driver(session, visitor, self._clock, self.upper)
        self._drivers[session.sid] = driver
        driver.on_forget(lambda: self._forget(driver))
        if isinstance(identity, Stranger):
            self._strangers.setdefault(identity.address, set()).add(driver)
            visitor.when_known(lambda: self._known(driver))
            driver.on_end(lambda: self._known(driver))
        return driver

    def close(self) -> None:
        """End every session."""
        for driver in list(self._drivers.values()):
            driver.shut(CloseCode.STOPPING)
            driver.upper.stop()

    def _known(self, driver: Driver) -> None:
        for address, drivers in list(self._strangers.items()):
            drivers.discard(driver)
            if not drivers:
                del self._strangers[address]

    def _forget(self, driver: Driver) -> None:
        self.engine.forget(driver.session.sid)
        self._drivers.pop(driver.session.sid, None)


class SocketMount(Mount):
    """Socket.IO connections for one application."""

    def __init__(self, application: Application, service: Service) -> None:
        super().__init__(application.engine, service.clock)
        self._application = application
        self._presences = Presences(application, service.clock)

    def upper(self, driver: Driver) -> Conversation:
        """Return a new connection."""
        application = self._application

        async def admit(auth: Mapping[str, object]) -> Author | None:
            if driver.visitor.user is None and (token := application.credential(auth)):
                await driver.visitor.show(token)
            return driver.visitor.user

        connection = Connection(
            application.namespaces,
            settings=application.connection,
            now=self._clock.monotonic_ns(),
        )
        return Conversation(driver, connection, self._presences, admit)

    def close(self) -> None:
        """End every session and let every client go."""
        super().close()
        self._presences.close()
        self._application.close()
