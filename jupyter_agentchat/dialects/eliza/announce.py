"""Events of any channel, whichever face wrote them, as events of the internal bus."""

from __future__ import annotations

from typing import Any

from jupyter_agentchat.dialects.eliza.bus import MessageBus
from jupyter_agentchat.dialects.eliza.marks import marks_of, plain_metadata, sender_of
from jupyter_agentchat.dialects.eliza.rooms import server_of
from jupyter_agentchat.protocol.events import (
    AnyEvent,
    ChannelCleared,
    MessageCreated,
    MessageDeleted,
    StreamDelta,
)
from jupyter_agentchat.protocol.model import Channel, Message


def announce(bus: MessageBus, channel: Channel, event: AnyEvent) -> None:
    """Tell the bus of one event of a channel, where it is one of its own."""
    if isinstance(event, StreamDelta):
        return
    if isinstance(event, MessageCreated):
        bus.emit("new_message", bus_message(channel, event.message))
    elif isinstance(event, MessageDeleted):
        bus.emit("message_deleted", {"messageId": event.message, "channelId": channel.id})
    elif isinstance(event, ChannelCleared):
        bus.emit("channel_cleared", {"channelId": channel.id})


def announce_deletion(bus: MessageBus, channel: str) -> None:
    """Tell the bus that a channel is gone."""
    bus.emit("channel_deleted", {"channelId": channel})


def bus_message(channel: Channel, message: Message) -> dict[str, Any]:
    """Return a message as the seed's `MessageServiceMessage`, in both spellings of the server."""
    sender, name = sender_of(message)
    server = server_of(channel)
    return {
        "id": message.id,
        "channel_id": channel.id,
        "message_server_id": server,
        "server_id": server,
        "author_id": sender,
        "author_display_name": name,
        "content": message.text,
        "raw_message": {"text": message.text},
        "source_id": message.client_message_id,
        "source_type": marks_of(message).source or "agentchat",
        "in_reply_to_message_id": message.reply_to,
        "created_at": message.created_at // 1000,
        "metadata": plain_metadata(message),
    }
