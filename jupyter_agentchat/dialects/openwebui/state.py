"""What the parts of this dialect share beside the service."""

from __future__ import annotations

import logging

from jupyter_agentchat.dialects.openwebui.announcer import Announcer
from jupyter_agentchat.dialects.openwebui.direct import DIRECT, DirectAgent
from jupyter_agentchat.dialects.openwebui.people import People
from jupyter_agentchat.dialects.openwebui.questions import Questions
from jupyter_agentchat.dialects.openwebui.standings import Standings
from jupyter_agentchat.dialects.openwebui.tabs import Tabs
from jupyter_agentchat.errors import AgentNotFoundError
from jupyter_agentchat.providers.timeouts import Timeouts
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.web.engineio.mount import Mount

LOGGERS = ("jupyter_agentchat.web.engineio", "jupyter_agentchat.dialects.openwebui")
"""What Open WebUI calls the source ``SOCKET``."""


class OpenWebUIState:
    """People, tabs, and what tells them; a handler gets it by ``backend.beside``."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.people = People()
        self.tabs = Tabs()
        self._unask = service.askers.add(Questions(self.tabs))
        self.standings = Standings(service)
        self.announcer = Announcer(service, self.people, self.tabs, self.standings)
        self.sockets: Mount | None = None
        self._levels = {name: logging.getLogger(name).level for name in LOGGERS}
        if service.settings.socket_log_level:
            for name in LOGGERS:
                logging.getLogger(name).setLevel(service.settings.socket_log_level)

    def close(self) -> None:
        """Let go of the service."""
        if self.sockets is not None:
            self.sockets.close()
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        self._unask()
        self.standings.close()
        self.announcer.close()

    def direct(self) -> str:
        """Return the name of the agent for direct connections, there from the first one on."""
        try:
            self.service.registry.get(DIRECT)
        except AgentNotFoundError:
            clock, timeouts = self.service.clock, Timeouts()
            self.service.registry.add(DirectAgent(self.tabs, clock, timeouts))
        return DIRECT
