"""What the parts of this dialect share beside the service."""

from __future__ import annotations

from functools import partial

from jupyter_agentchat.dialects.eliza.aliases import Aliases
from jupyter_agentchat.dialects.eliza.announce import announce
from jupyter_agentchat.dialects.eliza.bus import MessageBus
from jupyter_agentchat.dialects.eliza.servers import MessageServers
from jupyter_agentchat.runtime.service import Service


class ElizaState:
    """Aliases, message servers and the internal bus of one service.

    A handler gets it by ``self.backend.beside(ElizaState)``; REST and sockets share one.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.aliases = Aliases()
        self.servers = MessageServers(service.clock.wall_us())
        self.bus = MessageBus()
        self._unwatch = service.watch(partial(announce, self.bus))

    def close(self) -> None:
        """Let go of the service."""
        self._unwatch()
        self.bus.remove_all_listeners()
