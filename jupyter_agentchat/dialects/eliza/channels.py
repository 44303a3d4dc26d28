"""REST: channels, who takes part in them, and DMs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from tornado.web import authenticated

from jupyter_agentchat.dialects.eliza import fields as of
from jupyter_agentchat.dialects.eliza import rooms
from jupyter_agentchat.dialects.eliza.handlers import ElizaHandler
from jupyter_agentchat.dialects.eliza.ids import (
    DEFAULT_SERVER,
    agent_id,
    channel_id,
    find_agent,
    named_agent,
    string_to_uuid,
)
from jupyter_agentchat.dialects.eliza.messages import OTHER_SERVER
from jupyter_agentchat.dialects.eliza.shapes import channel_shape
from jupyter_agentchat.errors import InvalidInputError, NotFoundError
from jupyter_agentchat.protocol.model import Channel

PAYLOAD = (
    "Invalid payload. Required: name, message_server_id (UUID), participantCentralUserIds "
    "(array of UUIDs). Optional: type, metadata."
)
NO_PARTICIPANT = "Agent is not a participant in this channel"


class ChannelsHandler(ElizaHandler):
    """``POST api/messaging/channels``."""

    @authenticated
    async def post(self) -> None:
        """Create a channel; the agents among its participants answer in it."""
        given = self.fields()
        name = of.name_of(given, ("name",))
        participants = of.ids_in(given, of.PARTICIPANTS)
        if name is None or participants is None:
            self.refuse(PAYLOAD)
            return
        server = of.server_id(given)
        if server not in self.eliza.servers:
            self.refuse(OTHER_SERVER, HTTPStatus.FORBIDDEN)
            return
        wanted = rooms.Wanted(
            server=server,
            participants=tuple(participants),
            name=name,
            is_dm=str(given.get("type", "")).upper() == "DM",
            metadata=of.metadata_in(given),
        )
        id_ = of.text_of(given, ("id", "channelId")) or str(uuid4())
        channel = await rooms.make_room(self.service, id_, wanted)
        self.succeed(channel_shape(channel, id_), HTTPStatus.CREATED)


class DetailsHandler(ElizaHandler):
    """``GET api/messaging/channels/{channel}/details``."""

    @authenticated
    async def get(self, channel: str) -> None:
        """Show a channel."""
        log = await self.service.channel(channel_id(channel))
        self.succeed(channel_shape(log.channel, channel))


class ChannelHandler(DetailsHandler):
    """``GET, PATCH, DELETE api/messaging/channels/{channel}``."""

    @authenticated
    async def patch(self, channel: str) -> None:
        """Change its name, participants or metadata."""
        given = self.fields()
        log = await self.service.channel(channel_id(channel))
        participants = of.ids_in(given, of.PARTICIPANTS)
        changed = await self.service.update_channel(
            log.channel.id,
            name=of.name_of(given, ("name",)),
            agents=self._agents(participants),
            metadata=_changed(log.channel, given, participants, self._people(participants)),
        )
        self.succeed(channel_shape(changed, channel))

    @authenticated
    async def delete(self, channel: str) -> None:
        """Delete it, with its messages."""
        await self.service.delete_channel(channel_id(channel))
        self.set_status(HTTPStatus.NO_CONTENT)

    def _agents(self, participants: list[str] | None) -> tuple[str, ...] | None:
        known = self.service.agents()
        found = [named_agent(known, each) for each in participants or ()]
        return tuple(agent.name for agent in found if agent) or None

    def _people(self, participants: list[str] | None) -> list[str]:
        known = self.service.agents()
        return [each for each in participants or () if named_agent(known, each) is None]


class ParticipantsHandler(ElizaHandler):
    """``GET api/messaging/channels/{channel}/participants``."""

    @authenticated
    async def get(self, channel: str) -> None:
        """List the ids of those who take part."""
        self.succeed(rooms.participants_of(await self.service.channel(channel_id(channel))))


class ChannelAgentsHandler(ElizaHandler):
    """``GET, POST api/messaging/channels/{channel}/agents``."""

    @authenticated
    async def get(self, channel: str) -> None:
        """List the channel's agents, by UUID."""
        log = await self.service.channel(channel_id(channel))
        ids = [agent_id(name) for name in log.channel.agents]
        self.succeed({"channelId": channel, "agents": ids, "participants": ids})

    @authenticated
    async def post(self, channel: str) -> None:
        """Add an agent; it answers from now on."""
        wanted = of.text_of(self.fields(), ("agentId",))
        if wanted is None:
            raise InvalidInputError("Invalid channelId or agentId format")
        log = await self.service.channel(channel_id(channel))
        agent = find_agent(self.service.agents(), wanted)
        agents = tuple(dict.fromkeys((*log.channel.answering, agent.name)))
        await self.service.update_channel(log.channel.id, agents=agents)
        self.succeed(
            {
                "channelId": channel,
                "agentId": wanted,
                "message": "Agent added to channel successfully",
            },
            HTTPStatus.CREATED,
        )


class ChannelAgentHandler(ElizaHandler):
    """``DELETE api/messaging/channels/{channel}/agents/{agent}``."""

    @authenticated
    async def delete(self, channel: str, wanted: str) -> None:
        """Take an agent out; 404 if it is not in."""
        log = await self.service.channel(channel_id(channel))
        agent = named_agent(self.service.agents(), wanted)
        if agent is None or agent.name not in log.channel.agents:
            raise NotFoundError(NO_PARTICIPANT)
        agents = tuple(name for name in log.channel.agents if name != agent.name)
        await self.service.update_channel(log.channel.id, agents=agents)
        data = {"channelId": channel, "agentId": wanted}
        self.succeed({**data, "message": "Agent removed from channel successfully"})


class DmHandler(ElizaHandler):
    """``GET api/messaging/dm-channel``."""

    @authenticated
    async def get(self) -> None:
        """Find the DM of two participants, or create it."""
        target = self.get_query_argument("targetUserId", "")
        current = self.get_query_argument("currentUserId", "")
        if not (target and current):
            raise InvalidInputError("Missing targetUserId or currentUserId")
        if target == current:
            raise InvalidInputError("Cannot create DM channel with oneself")
        server = self.get_query_argument("dmServerId", DEFAULT_SERVER)
        server = server if server in self.eliza.servers else DEFAULT_SERVER
        id_ = string_to_uuid(":".join(["dm", server, *sorted((target, current))]))
        wanted = rooms.Wanted(server=server, participants=(current, target), is_dm=True)
        channel = await rooms.ensure_room(self.service, self.eliza.servers, id_, wanted)
        self.succeed(channel_shape(channel))


def _changed(
    channel: Channel, given: dict[str, Any], participants: list[str] | None, people: list[str]
) -> dict[str, Any] | None:
    """Return a channel's metadata as a PATCH changes them, None if it does not."""
    if participants is None and given.get("metadata") is None:
        return None
    kept = rooms.metadata_of(channel)
    kept |= rooms.client_metadata(of.metadata_in(given))
    if participants is not None:
        kept[rooms.PARTICIPANTS] = people
    return kept
