"""What REST shows: messages, channels and servers in the superset of ElizaOS's spellings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import asdict

from jupyter_agentchat.dialects.eliza.ids import agent_id
from jupyter_agentchat.dialects.eliza.marks import marks_of, plain_metadata, sender_of
from jupyter_agentchat.dialects.eliza.rooms import PARTICIPANTS, client_metadata, metadata_of
from jupyter_agentchat.dialects.eliza.rooms import server_of as server_of_channel
from jupyter_agentchat.dialects.eliza.servers import MessageServer
from jupyter_agentchat.dialects.eliza.turn import DEFAULT_ACTIONS
from jupyter_agentchat.protocol.model import AgentInfo, Attachment, Channel, Message

Shape = dict[str, Any]


def iso(microseconds: int) -> str:
    """Return an instant as JavaScript's ``toISOString`` writes it."""
    when = datetime.fromtimestamp(microseconds / 1e6, UTC)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def user_message(message: Message, channel: str, server: str) -> Shape:
    """Return a message that was just sent; `channel` is the client's own spelling."""
    sender, name = sender_of(message)
    source = marks_of(message).source or "api"
    return {
        "id": message.id,
        "text": message.text,
        "content": message.text,
        "channel_id": channel,
        "channelId": channel,
        "roomId": channel,
        "message_server_id": server,
        "messageServerId": server,
        "server_id": server,
        "author_id": sender,
        "authorId": sender,
        "entityId": sender,
        "author_display_name": name,
        "created_at": message.created_at // 1000,
        "createdAt": message.created_at // 1000,
        "source_type": source,
        "sourceType": source,
        "raw_message": {"text": message.text},
        "in_reply_to_message_id": message.reply_to,
        "metadata": plain_metadata(message),
        "attachments": media(message.attachments),
        "clientMessageId": message.client_message_id,
        "seq": message.seq,
    }


def stored_message(message: Message, channel: str) -> Shape:
    """Return a message of a channel's history."""
    sender, name = sender_of(message)
    is_agent = message.author.kind == "agent"
    updated = message.edited_at or message.created_at
    plain = plain_metadata(message)
    thought, actions = plain.get("thought"), actions_of(message) if is_agent else None
    return {
        "id": message.id,
        "channelId": channel,
        "authorId": sender,
        "authorDisplayName": name,
        "content": message.text,
        "rawMessage": {"text": message.text, "thought": thought, "actions": actions},
        "sourceType": marks_of(message).source or ("agent_response" if is_agent else "api"),
        "sourceId": message.client_message_id,
        "metadata": {
            **plain,
            "thought": thought,
            "actions": actions,
            "attachments": media(message.attachments),
        },
        "inReplyToRootMessageId": message.reply_to,
        "createdAt": iso(message.created_at),
        "updatedAt": iso(updated),
        "created_at": message.created_at // 1000,
        "updated_at": updated // 1000,
        "isAgent": is_agent,
        "seq": message.seq,
    }


def actions_of(message: Message) -> list[str]:
    """Return the actions that an agent executed: what it declared, else that it replied."""
    declared = message.metadata.get("actions")
    if isinstance(declared, list):
        return [str(each) for each in declared]
    return list(DEFAULT_ACTIONS) if message.text else ["IGNORE"]


def response_content(message: Message) -> Shape:
    """Return an agent's whole answer, as ``done`` and ``agentResponse`` show it."""
    sender, name = sender_of(message)
    plain = plain_metadata(message)
    content = {
        "text": message.text,
        "thought": plain.get("thought"),
        "actions": actions_of(message),
        "providers": [],
        "simple": False,
        "source": "agent_response",
        "responseId": message.id,
        "messageId": message.id,
        "inReplyTo": message.reply_to,
        "agentId": sender,
        "agentName": name,
        "metadata": plain,
        "status": message.status,
    }
    return content if message.usage is None else {**content, "usage": message.usage}


def media(attachments: Sequence[Attachment]) -> list[Shape]:
    """Return attachments as ElizaOS's `Media`."""
    return [
        {
            **{name: value for name, value in asdict(each).items() if value is not None},
            "id": f"{number}",
            "title": each.name,
            "contentType": each.media_type,
        }
        for number, each in enumerate(attachments)
    ]


def channel_shape(channel: Channel, spelling: str | None = None) -> Shape:
    """Return a channel under the id that the client knows it by."""
    kept, server = metadata_of(channel), server_of_channel(channel)
    return {
        "id": spelling or channel.id,
        "name": channel.name,
        "type": channel.type.upper(),
        "messageServerId": server,
        "serverId": server,
        "sourceType": "agentchat",
        "sourceId": channel.id,
        "participantCentralUserIds": [*kept.get(PARTICIPANTS, ()), *map(agent_id, channel.agents)],
        "metadata": client_metadata(kept),
        "createdAt": iso(channel.created_at),
        "updatedAt": iso(channel.created_at),
    }


def server_shape(server: MessageServer) -> Shape:
    """Return a message server."""
    return {
        "id": server.id,
        "name": server.name,
        "sourceType": server.source_type,
        "sourceId": server.source_id,
        "metadata": server.metadata,
        "createdAt": iso(server.created_us),
        "updatedAt": iso(server.created_us),
    }


def agent_shape(agent: AgentInfo) -> Shape:
    """Return an agent."""
    return {
        "id": agent_id(agent.name),
        "name": agent.name,
        "characterName": agent.name,
        "bio": agent.description,
        "status": "active" if agent.online else "inactive",
    }
