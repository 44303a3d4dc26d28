"""Channels as ElizaOS's clients come by them: named by anything, made when first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct

from jupyter_agentchat.dialects.eliza.ids import (
    DEFAULT_SERVER,
    agent_id,
    channel_id,
    named_agent,
)
from jupyter_agentchat.dialects.eliza.marks import sender_of
from jupyter_agentchat.dialects.eliza.servers import MessageServers
from jupyter_agentchat.errors import ChannelNotFoundError, ConflictError
from jupyter_agentchat.protocol.model import AgentInfo, Channel
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.service import Service

SERVER = "messageServerId"
PARTICIPANTS = "participants"
_OWN = frozenset({SERVER, PARTICIPANTS})
"""Keys of a channel's metadata that are ours and no client's."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What is known of a room when it is made.

    Attributes
    ----------
    server : str
        The message server that it belongs to.
    participants : tuple of str
        Ids of those who take part; agents among them answer, in a DM they alone.
    name : str or None
        By default ``DM`` or ``Chat`` and the beginning of its id.
    is_dm : bool
        Whether it is between two.
    metadata : dict
        The client's own.
    """

    server: str = DEFAULT_SERVER
    participants: tuple[str, ...] = ()
    name: str | None = None
    is_dm: bool = False
    metadata: dict[str, Any] = {}


def says_dm(metadata: dict[str, Any]) -> bool:
    """Tell whether a client's metadata speak of a DM."""
    return metadata.get("isDm") is True or "DM" in map(
        metadata.get, ("channelType", "channel_type")
    )


async def ensure_room(
    service: Service, servers: MessageServers, spelling: str, wanted: Wanted
) -> Channel:
    """Return the channel that a client calls `spelling`, made as `wanted` if it is not there.

    A room named by an agent's id or name is a DM with that agent; in another one the agents among
    its participants answer, or the default ones where there are none.

    Raises
    ------
    InvalidInputError
        If nothing can be called that.
    NotFoundError
        If it is new and its message server does not exist.
    """
    id_ = channel_id(spelling)
    try:
        return (await service.channel(id_)).channel
    except ChannelNotFoundError:
        servers.get(wanted.server)
    return await make_room(service, spelling, wanted)


async def make_room(service: Service, spelling: str, wanted: Wanted) -> Channel:
    """Make a channel; return the one that is there if somebody was faster."""
    id_, known = channel_id(spelling), service.agents()
    partner = named_agent(known, spelling)
    is_dm = wanted.is_dm or partner is not None
    present = [partner] if partner else _agents_among(known, wanted.participants)
    agents = tuple(agent.name for agent in present) or service.settings.default_agents
    people = [each for each in wanted.participants if named_agent(known, each) is None]
    channel = Channel(
        id=id_,
        name=wanted.name or f"{'DM' if is_dm else 'Chat'} {spelling[:8]}",
        type="dm" if is_dm else "group",
        agents=agents,
        metadata={
            **client_metadata(wanted.metadata),
            SERVER: wanted.server,
            PARTICIPANTS: list(dict.fromkeys(people)),
        },
    )
    try:
        return await service.create_channel(channel)
    except ConflictError:
        return (await service.channel(id_)).channel


def client_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return a client's metadata without the keys that are ours."""
    return {name: value for name, value in metadata.items() if name not in _OWN}


def metadata_of(channel: Channel) -> dict[str, Any]:
    """Return a channel's metadata; empty if no face gave it any."""
    return {} if channel.metadata is UNSET else dict(channel.metadata)


def server_of(channel: Channel) -> str:
    """Return the message server that a channel belongs to."""
    return str(metadata_of(channel).get(SERVER, DEFAULT_SERVER))


def participants_of(log: ChannelLog) -> list[str]:
    """Return the ids of a channel's participants: who was named, who spoke lately, its agents."""
    channel = log.channel
    named = metadata_of(channel).get(PARTICIPANTS, ())
    spoke = [sender_of(each)[0] for each in log.fold.messages.values()]
    return list(dict.fromkeys([*named, *spoke, *map(agent_id, channel.agents)]))


def _agents_among(known: Sequence[AgentInfo], participants: Sequence[str]) -> list[AgentInfo]:
    found = [named_agent(known, each) for each in participants]
    return [agent for agent in found if agent is not None]
