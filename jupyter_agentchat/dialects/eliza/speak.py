"""A message of one of ElizaOS's clients on its way into the log."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from jupyter_agentchat.dialects.eliza.delivery import recipients
from jupyter_agentchat.dialects.eliza.ids import DEFAULT_SERVER, named_agent
from jupyter_agentchat.dialects.eliza.marks import Marks, marked
from jupyter_agentchat.dialects.eliza.rooms import Wanted, ensure_room, says_dm
from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.errors import ForbiddenError
from jupyter_agentchat.protocol.model import Attachment, Author, Channel
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.runtime.pipeline import Outgoing, Sending


class Spoken(Struct, frozen=True, kw_only=True):
    """What a client wants to say.

    Attributes
    ----------
    channel : str
        As the client calls it.
    sender : str or None
        The alias that it speaks under; the user's own id where it has none.
    agents : tuple of str or None
        Names of those that answer; None: those whom the message service's checks let.
    as_agent : bool
        Whether the sender may be an agent's id: what an agent elsewhere answered.
    """

    channel: str
    text: str
    sender: str | None = None
    sender_name: str | None = None
    source: str | None = None
    server: str = DEFAULT_SERVER
    client_message_id: str | None = None
    reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()
    metadata: dict[str, Any] = {}
    agents: tuple[str, ...] | None = None
    as_agent: bool = False


def claim_sender(
    eliza: ElizaState, user: Author, alias: str | None, *, as_agent: bool = False
) -> str:
    """Return the id that a user's message is shown with.

    Raises
    ------
    ForbiddenError
        If it is another user's, or an agent's.
    """
    if alias is not None and (agent := named_agent(eliza.service.agents(), alias)):
        if as_agent:
            return alias
        raise ForbiddenError(f"{alias!r} is the id of the agent {agent.name!r}; use your own.")
    return eliza.aliases.claim(alias, user)


async def room_for(eliza: ElizaState, spoken: Spoken, sender: str) -> Channel:
    """Return the channel that a message goes to, made if it is not there."""
    metadata = spoken.metadata
    others = [metadata.get(key) for key in ("targetUserId", "recipientId", "targetAgentId")]
    wanted = Wanted(
        server=spoken.server,
        participants=(sender, *(each for each in others if isinstance(each, str) and each)),
        is_dm=says_dm(metadata),
    )
    return await ensure_room(eliza.service, eliza.servers, spoken.channel, wanted)


async def speak(eliza: ElizaState, user: Author, spoken: Spoken, origin: Origin) -> Sending:
    """Log a message and start its answers; returns when it is durable.

    Raises
    ------
    AgentChatError
        If the sender, the room or the message is wrong; nothing is logged then.
    """
    sender = claim_sender(eliza, user, spoken.sender, as_agent=spoken.as_agent)
    channel = await room_for(eliza, spoken, sender)
    agents = spoken.agents
    if agents is None:
        agents = recipients(channel, sender, eliza.servers)
    marks = Marks(
        sender_id=sender,
        sender_name=spoken.sender_name,
        source=spoken.source,
    )
    outgoing = Outgoing(
        text=spoken.text,
        client_message_id=spoken.client_message_id,
        agents=None if agents == channel.answering else agents,
        reply_to=spoken.reply_to,
        attachments=spoken.attachments,
        metadata=marked(spoken.metadata, marks),
    )
    return await eliza.service.send(channel.id, user, outgoing, origin)
