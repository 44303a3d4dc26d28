"""What the parts of this dialect share beside the service."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from jupyter_agentchat.dialects.eliza.aliases import Aliases
from jupyter_agentchat.dialects.eliza.announce import announce, announce_deletion
from jupyter_agentchat.dialects.eliza.bus import MessageBus
from jupyter_agentchat.dialects.eliza.servers import MessageServers
from jupyter_agentchat.dialects.eliza.sessions import Sessions
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.runtime.limits import Rate
from jupyter_agentchat.runtime.service import Service
from jupyter_agentchat.web.engineio.mount import Mount

QUARTER_HOUR_NS = 900_000_000_000
MAX_ACTIONS = 10_000
"""Messages that can be brought up to date by their id alone; the oldest are forgotten."""


class ElizaState:
    """Aliases, message servers, sessions, request rates and the internal bus of one service.

    A handler gets it by ``self.backend.beside(ElizaState)``; REST and sockets share one.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.aliases = Aliases()
        self.servers = MessageServers(service.clock.wall_us())
        self.bus = MessageBus()
        self.sessions = Sessions(service.clock)
        self.requests = Rate(
            service.clock,
            service.settings.requests_per_quarter_hour,
            window_ns=QUARTER_HOUR_NS,
            what="requests in 15 minutes",
        )
        self.sockets: Mount | None = None
        """Made when the first client of ``socket.io/`` comes."""
        self._actions: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._unwatch = service.watch(partial(announce, self.bus))
        self._unwatch_deletions = service.watch_deletions(partial(announce_deletion, self.bus))

    def brought(self, message: Message) -> None:
        """Remember where a message stands that may be brought up to date by its id alone."""
        place = (message.channel, message.id)
        for id_ in (message.id, message.client_message_id):
            if id_ is not None:
                self._actions[id_] = place
        while len(self._actions) > MAX_ACTIONS:
            self._actions.popitem(last=False)

    def action(self, id_: str) -> tuple[str, str] | None:
        """Return the channel and the id of such a message, None if it is not known."""
        return self._actions.get(id_)

    def close(self) -> None:
        """Let go of the service."""
        if self.sockets is not None:
            self.sockets.close()
        self._unwatch()
        self._unwatch_deletions()
        self.bus.remove_all_listeners()
