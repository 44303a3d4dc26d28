"""The things a channel's log speaks of; frozen, typed, validated when decoded."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

AuthorKind = Literal["user", "agent", "system"]
ChunkKind = Literal["text", "reasoning", "tool_call"]
MessageStatus = Literal["complete", "streaming", "failed", "cancelled", "interrupted"]
Where = Literal["server", "kernel", "process"]
TokenSource = Literal["usage", "chunk", "estimate", "unknown"]


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of what travels; where nothing else is said, defaults are left out on the wire."""


class Author(Record, frozen=True, kw_only=True):
    """Who said something; the server decides it, never the body of a request."""

    id: str
    kind: AuthorKind
    name: str


class ErrorInfo(Record, frozen=True, kw_only=True):
    """An error on the wire: a stable code, one sentence, and whether to try again."""

    code: str
    message: str
    retry: bool = False


class Usage(Record, frozen=True, kw_only=True):
    """Tokens of one answer; `source` says who counted."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    source: TokenSource = "usage"


class Attachment(Record, frozen=True, kw_only=True):
    """A file that came with a message, by reference (`url`) or inline (`data`, base64)."""

    name: str
    media_type: str = "application/octet-stream"
    url: str | None = None
    data: str | None = None
    size: int | None = None


class Reaction(Record, frozen=True, kw_only=True):
    """One name (an emoji, say) and who chose it, in order."""

    name: str
    users: tuple[str, ...]


class Pin(Record, frozen=True, kw_only=True):
    """Who pinned a message, and when (microseconds of the wall clock)."""

    user: str
    at: int


class Message(Record, frozen=True, kw_only=True):
    """What one participant said; `seq` is the seq of the event that opened it."""

    id: str
    channel: str
    seq: int
    author: Author
    text: str
    created_at: int
    """Microseconds of the wall clock."""
    status: MessageStatus
    client_message_id: str | None = None
    reply_to: str | None = None
    """The message that it answers or quotes."""
    parent: str | None = None
    """The message whose thread it belongs to; it does not stand in the channel itself."""
    stream: str | None = None
    edited_at: int | None = None
    deleted: bool = False
    reactions: tuple[Reaction, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    metadata: dict[str, Any] = {}
    usage: Usage | None = None
    error: ErrorInfo | None = None
    reason: str | None = None
    pin: Pin | None = None
    annotations: tuple[dict[str, Any], ...] = ()
    """Statuses, sources, files and embeds of a stream, in order of arrival."""


class Channel(Record, frozen=True, kw_only=True, omit_defaults=False):
    """One conversation."""

    id: str
    name: str
    type: Literal["dm", "group"] = "group"
    agents: tuple[str, ...] = ()
    """Names of the agents that take part."""
    created_at: int = 0
    default_agents: tuple[str, ...] | UnsetType = UNSET
    """Those that answer when a message names none, where these are not all of `agents`."""
    metadata: dict[str, Any] | UnsetType = UNSET
    """What a dialect keeps with the channel; nothing of ours reads it."""
    unlisted: bool | UnsetType = UNSET
    """True: left out of the list of channels, such as one that was made for a single request."""

    @property
    def answering(self) -> tuple[str, ...]:
        """Names of the agents that answer when a message names none."""
        return self.agents if isinstance(self.default_agents, UnsetType) else self.default_agents


class AgentInfo(Record, frozen=True, kw_only=True, omit_defaults=False):
    """An agent as others see it."""

    name: str
    description: str = ""
    where: Where = "server"
    online: bool = True
    model: str | None = None
    provider: str | None = None


class LiveStream(Record, frozen=True, kw_only=True, omit_defaults=False):
    """A stream that has not ended, as a snapshot shows it."""

    stream: str
    message: str
    agent: str
    index: int = 0
    """The index that the next chunk will carry."""
    text: str = ""
    reasoning: str = ""


class Snapshot(Record, frozen=True, kw_only=True, omit_defaults=False):
    """The newest page of a channel, folded; valid at the position that accompanies it.

    `before` is the cursor (a seq) of older messages, None when there are none. The message of a
    live stream is always on the page; its text so far stands in `live`.
    """

    channel: Channel
    messages: tuple[Message, ...]
    live: tuple[LiveStream, ...] = ()
    before: int | None = None
    reads: dict[str, int] = {}
