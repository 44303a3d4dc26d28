"""REST: health, agents and channels."""

from __future__ import annotations

from http import HTTPStatus

from tornado.web import authenticated

from jupyter_agentchat._version import __version__
from jupyter_agentchat.dialects.native.shapes import ChannelChange, NewChannel, ReadUpTo, shown
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.frames import PROTOCOL_VERSION
from jupyter_agentchat.protocol.ids import token
from jupyter_agentchat.protocol.model import Channel
from jupyter_agentchat.web.handlers import RestHandler


class HealthHandler(RestHandler):
    """``GET health``."""

    @authenticated
    async def get(self) -> None:
        """Tell that all is well; 503 if it is not."""
        _ = self.service
        backend = self.backend
        self.answer(
            {
                "status": "ok",
                "version": __version__,
                "protocol": PROTOCOL_VERSION,
                "store": backend.store,
                "bus": "memory",
                "uptime_s": round(backend.uptime_s, 3),
                **({"note": backend.note} if backend.note else {}),
            }
        )


class AgentsHandler(RestHandler):
    """``GET api/agents``."""

    @authenticated
    async def get(self) -> None:
        """List the agents."""
        self.answer({"agents": [shown(agent) for agent in self.service.agents()]})


class ChannelsHandler(RestHandler):
    """``GET, POST api/channels``."""

    @authenticated
    async def get(self) -> None:
        """List the channels by name; with ``?unlisted=true`` those of single requests as well."""
        unlisted = self.get_query_argument("unlisted", "") == "true"
        channels = await self.service.channels(unlisted=unlisted)
        self.answer({"channels": [shown(channel) for channel in channels]})

    @authenticated
    async def post(self) -> None:
        """Create a channel; 409 if it exists."""
        wanted = self.read(NewChannel)
        id_ = token(10) if wanted.id is None else wanted.id
        agents = self.service.settings.default_agents if wanted.agents is None else wanted.agents
        channel = await self.service.create_channel(
            Channel(id=id_, name=wanted.name or id_, type=wanted.type, agents=agents)
        )
        self.answer(shown(channel), HTTPStatus.CREATED)


class ChannelHandler(RestHandler):
    """``GET, PATCH, DELETE api/channels/{channel}``."""

    @authenticated
    async def get(self, channel: str) -> None:
        """Show one channel and where its log stands."""
        log = await self.service.channel(channel)
        self.answer({**shown(log.channel), "position": str(log.position)})

    @authenticated
    async def patch(self, channel: str) -> None:
        """Give it another name, or other default agents."""
        change = self.read(ChannelChange)
        if change.name is not None and not change.name.strip():
            raise InvalidInputError("A channel's name has at least one visible character.")
        changed = await self.service.update_channel(channel, name=change.name, agents=change.agents)
        self.answer(shown(changed))

    @authenticated
    async def delete(self, channel: str) -> None:
        """Take it out of view, with its messages."""
        await self.service.delete_channel(channel)
        self.answer({"id": channel, "deleted": True})


class ReadHandler(RestHandler):
    """``POST api/channels/{channel}/read``."""

    @authenticated
    async def post(self, channel: str) -> None:
        """Note how far the user has read."""
        upto = self.read(ReadUpTo).seq
        position = await self.service.edits.read(channel, upto, self.author)
        self.answer({"position": str(position)})
