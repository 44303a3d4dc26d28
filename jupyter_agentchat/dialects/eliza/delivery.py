"""Which agents a message is for: the message service's checks, in its order (seed 000)."""

from __future__ import annotations

import logging

from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.dialects.eliza.rooms import server_of
from jupyter_agentchat.dialects.eliza.servers import MessageServers
from jupyter_agentchat.protocol.model import Channel

_log = logging.getLogger(__name__)


def refusal(
    agent: str, channel: Channel, server: str, sender: str, servers: MessageServers
) -> str | None:
    """Return why an agent does not get a message, None if it does.

    The steps are the seed's: a participant of the channel, subscribed to its message server, and
    not the sender itself. What follows there (world and room, author, memory) is the log's own.
    """
    if agent not in channel.agents:
        return "it is no participant of the channel"
    if not servers.hears(server, agent):
        return f"it is not subscribed to the message server {server}"
    if sender in (agent, agent_id(agent)):
        return "it is the sender"
    return None


def recipients(channel: Channel, sender: str, servers: MessageServers) -> tuple[str, ...]:
    """Return the names of the agents that answer a message of `sender`; others are logged."""
    chosen = []
    for agent in channel.answering:
        why = refusal(agent, channel, server_of(channel), sender, servers)
        if why is None:
            chosen.append(agent)
        else:
            _log.info("A message in %r does not go to %r: %s", channel.id, agent, why)
    return tuple(chosen)
