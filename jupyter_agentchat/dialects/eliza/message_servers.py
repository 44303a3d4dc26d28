"""REST: message servers and the agents that are subscribed to them."""

from __future__ import annotations

from http import HTTPStatus

from tornado.web import authenticated

from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza.bus import MessageBus
from jupyter_agentchat.dialects.eliza.handlers import ElizaHandler
from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER, agent_id, find_agent
from jupyter_agentchat.dialects.eliza.rooms import server_of
from jupyter_agentchat.dialects.eliza.shapes import channel_shape, server_shape
from jupyter_agentchat.errors import InvalidInputError


class CurrentServerHandler(ElizaHandler):
    """``GET api/messaging/message-server/current``."""

    @authenticated
    async def get(self) -> None:
        """Name the server of everything that names none."""
        self.succeed({"messageServerId": DEFAULT_SERVER})


class MessageServersHandler(ElizaHandler):
    """``GET, POST api/messaging/message-servers``."""

    @authenticated
    async def get(self) -> None:
        """List the servers."""
        found = [server_shape(each) for each in self.eliza.servers.all()]
        self.succeed({"messageServers": found, "servers": found})

    @authenticated
    async def post(self) -> None:
        """Add one; no agent is subscribed to it yet."""
        given = self.fields()
        name = of.name_of(given, ("name",))
        source_type = of.name_of(given, of.SOURCE)
        if name is None or source_type is None:
            raise InvalidInputError("Missing required fields: name, sourceType")
        server = self.eliza.servers.create(
            name,
            source_type,
            source_id=of.name_of(given, ("sourceId", "source_id")),
            metadata=of.metadata_in(given),
            now_us=self.service.clock.wall_us(),
        )
        self.succeed({"server": server_shape(server)}, HTTPStatus.CREATED)


class ServerChannelsHandler(ElizaHandler):
    """``GET api/messaging/message-servers/{server}/channels``."""

    @authenticated
    async def get(self, server: str) -> None:
        """List the channels of a server."""
        found = [each for each in await self.service.channels() if server_of(each) == server]
        self.succeed({"channels": [channel_shape(each) for each in found]})


class ServerAgentsHandler(ElizaHandler):
    """``GET, POST api/messaging/message-servers/{server}/agents``."""

    @authenticated
    async def get(self, server: str) -> None:
        """List the agents that hear what is said there, by UUID."""
        names = [agent.name for agent in self.service.agents()]
        found = [agent_id(name) for name in self.eliza.servers.agents_of(server, names)]
        self.succeed({"messageServerId": server, "agents": found})

    @authenticated
    async def post(self, server: str) -> None:
        """Subscribe an agent."""
        wanted = of.text_of(self.fields(), ("agentId",))
        if wanted is None:
            raise InvalidInputError("Invalid messageServerId or agentId format")
        agent = find_agent(self.service.agents(), wanted)
        self.eliza.servers.subscribe(server, agent.name)
        _tell(self.eliza.bus, "agent_added_to_server", server, agent.name)
        message = "Agent added to message server successfully"
        data = {"messageServerId": server, "agentId": wanted, "message": message}
        self.succeed(data, HTTPStatus.CREATED)


class ServerAgentHandler(ElizaHandler):
    """``DELETE api/messaging/message-servers/{server}/agents/{agent}``."""

    @authenticated
    async def delete(self, server: str, wanted: str) -> None:
        """Withdraw a subscription; every agent goes on to hear the default server."""
        agent = find_agent(self.service.agents(), wanted)
        self.eliza.servers.unsubscribe(server, agent.name)
        _tell(self.eliza.bus, "agent_removed_from_server", server, agent.name)
        message = "Agent removed from message server successfully"
        self.succeed({"messageServerId": server, "agentId": wanted, "message": message})


class AgentServersHandler(ElizaHandler):
    """``GET api/messaging/agents/{agent}/message-servers``."""

    @authenticated
    async def get(self, wanted: str) -> None:
        """List the servers that an agent hears."""
        agent = find_agent(self.service.agents(), wanted)
        found = self.eliza.servers.of_agent(agent.name)
        self.succeed({"agentId": wanted, "messageServers": found})


def _tell(bus: MessageBus, kind: str, server: str, agent: str) -> None:
    payload = {"type": kind, "agentId": agent_id(agent)}
    spelled = {"messageServerId": server, "serverId": server}
    bus.emit("server_agent_update", {**payload, **spelled})
