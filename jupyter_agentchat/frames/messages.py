"""The table of messages as they are now."""

from __future__ import annotations

import pyarrow as pa

from jupyter_agentchat.frames.rows import gather
from jupyter_agentchat.frames.schemas import MESSAGES
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.store.base import Store

Cells = tuple[object, ...]


def build(store: Store, channel: str | None, since: int | None, until: int | None) -> pa.Table:
    """Return the messages by channel and seq; `author` is the author's id."""
    return gather(MESSAGES, map(_cells, store.messages(channel, since, until)))


def _cells(message: Message) -> Cells:
    return (
        message.channel,
        message.seq,
        message.id,
        message.client_message_id,
        message.reply_to,
        message.author.id,
        message.author.kind,
        message.text,
        message.status,
        message.created_at * 1000,
        None if message.edited_at is None else message.edited_at * 1000,
        message.deleted,
        sum(len(reaction.users) for reaction in message.reactions),
        message.stream,
    )
