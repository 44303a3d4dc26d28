"""Message servers: what groups channels, and which agents hear what is said there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from msgspec import Struct

from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER
from jupyter_agentchat.errors import NotFoundError, RateLimitedError

MAX_SERVERS = 1000


class MessageServer(Struct, kw_only=True):
    """One message server; `created_us` is wall time in µs."""

    id: str
    name: str
    source_type: str
    source_id: str | None = None
    metadata: dict[str, Any] = {}
    created_us: int = 0
    agents: set[str] = set()
    """Names of the agents that are subscribed."""


class MessageServers:
    """The message servers of this process; the default one is always there.

    Every agent hears what is said on the default server; a subscription to another ends with the
    process, or when it is withdrawn.
    """

    def __init__(self, now_us: int) -> None:
        own = MessageServer(
            id=DEFAULT_SERVER,
            name="Default Server",
            source_type="eliza_default",
            created_us=now_us,
        )
        self._servers = {own.id: own}

    def __contains__(self, server: str) -> bool:
        return server in self._servers

    def all(self) -> list[MessageServer]:
        """Return all servers, the oldest first."""
        return list(self._servers.values())

    def get(self, server: str) -> MessageServer:
        """Return a server.

        Raises
        ------
        NotFoundError
            If there is none of that id.
        """
        if found := self._servers.get(server):
            return found
        raise NotFoundError(f"Server {server} does not exist")

    def create(
        self,
        name: str,
        source_type: str,
        *,
        source_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        now_us: int,
    ) -> MessageServer:
        """Add a server, to which no agent is subscribed yet."""
        if len(self._servers) >= MAX_SERVERS:
            raise RateLimitedError(f"There are {MAX_SERVERS} message servers already.")
        server = MessageServer(
            id=str(uuid4()),
            name=name,
            source_type=source_type,
            source_id=source_id,
            metadata=metadata or {},
            created_us=now_us,
        )
        self._servers[server.id] = server
        return server

    def subscribe(self, server: str, agent: str) -> None:
        """Let an agent hear what is said on a server."""
        self.get(server).agents.add(agent)

    def unsubscribe(self, server: str, agent: str) -> None:
        """Withdraw that; the default server keeps every agent."""
        self.get(server).agents.discard(agent)

    def hears(self, server: str, agent: str) -> bool:
        """Tell whether an agent is subscribed to a server (`validateServerSubscription`)."""
        found = self._servers.get(server)
        return server == DEFAULT_SERVER or (found is not None and agent in found.agents)

    def agents_of(self, server: str, known: Iterable[str]) -> list[str]:
        """Return the names of those `known` agents that hear a server."""
        self.get(server)
        return [name for name in known if self.hears(server, name)]

    def of_agent(self, agent: str) -> list[str]:
        """Return the ids of the servers that an agent hears."""
        return [server for server in self._servers if self.hears(server, agent)]
