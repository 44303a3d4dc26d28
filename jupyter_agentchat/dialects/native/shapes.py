"""What REST takes and gives: the shapes of bodies."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct
from msgspec.structs import asdict

from jupyter_agentchat.protocol.commands import Instant
from jupyter_agentchat.protocol.model import Attachment, Record
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.web.bodies import check_metadata

Mode = Literal["async", "stream", "sync"]


class NewMessage(Struct, kw_only=True):
    """The body of a send."""

    text: str
    client_message_id: str | None = None
    agents: tuple[str, ...] | None = None
    reply_to: str | None = None
    parent: str | None = None
    attachments: tuple[Attachment, ...] = ()
    metadata: dict[str, Any] = {}
    mode: Mode = "async"
    t_intended: Instant | None = None

    def outgoing(self) -> Outgoing:
        """Return the message; InvalidInputError if its metadata is out of bounds."""
        check_metadata(self.metadata)
        return Outgoing(
            text=self.text,
            client_message_id=self.client_message_id,
            agents=self.agents,
            reply_to=self.reply_to,
            parent=self.parent,
            attachments=self.attachments,
            metadata=self.metadata,
        )


class NewText(Struct, kw_only=True):
    """The body of an edit."""

    text: str


class ReadUpTo(Struct, kw_only=True):
    """The body of a read."""

    seq: int


class NewChannel(Struct, kw_only=True):
    """The body that creates a channel."""

    id: str | None = None
    name: str | None = None
    type: Literal["dm", "group"] = "group"
    agents: tuple[str, ...] | None = None


class ChannelChange(Struct, kw_only=True):
    """The body that changes a channel."""

    name: str | None = None
    agents: tuple[str, ...] | None = None


def shown(record: Record) -> dict[str, object]:
    """Return a record with its defaults, which the wire leaves out, and without its gaps."""
    values = asdict(record).items()
    return {name: value for name, value in values if value is not None and value is not UNSET}
