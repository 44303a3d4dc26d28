"""Events folded into what a channel looks like now; pure, and the twin of ``core/src/fold.ts``.

Both run the fixtures in ``tests/data/fold/``. `amend` folds one event into one message and is
shared with the store, which keeps older messages up to date without a fold in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import asdict, replace

from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.events import (
    ANNOTATION,
    TERMINAL,
    Annotation,
    AnyEvent,
    ChannelCleared,
    ChannelUpdated,
    MessageCreated,
    MessageDeleted,
    MessageReaction,
    MessageUpdated,
    Read,
    StreamCancelled,
    StreamCompleted,
    StreamDelta,
    StreamFailed,
    StreamInterrupted,
    StreamReplace,
    StreamStarted,
    StreamUsage,
    Terminal,
    first_seq,
)
from jupyter_agentchat.protocol.model import (
    Author,
    Channel,
    LiveStream,
    Message,
    MessageStatus,
    Reaction,
    Snapshot,
)

Notes = tuple[dict[str, Any], ...]

PAGE_BYTES = 48 * 1024
"""Size of a snapshot's page of messages, in bytes of JSON; one message is always on it."""

_STATUS: dict[type, MessageStatus] = {
    StreamCompleted: "complete",
    StreamFailed: "failed",
    StreamCancelled: "cancelled",
    StreamInterrupted: "interrupted",
}


def opened(channel: str, event: StreamStarted) -> Message:
    """Return the agent's message as `event` opens it."""
    return Message(
        id=event.message,
        channel=channel,
        seq=first_seq(event),
        author=Author(id=event.agent, kind="agent", name=event.agent),
        text="",
        created_at=event.t,
        status="streaming",
        reply_to=event.reply_to,
        stream=event.stream,
    )


def amend(message: Message, event: AnyEvent) -> Message:  # noqa: PLR0911 - one case per event
    """Return `message` after an event that speaks of it; others leave it as it is."""
    if isinstance(event, MessageUpdated):
        return replace(message, text=event.text, edited_at=event.t)
    if isinstance(event, MessageDeleted):
        return replace(message, text="", deleted=True, attachments=(), annotations=())
    if isinstance(event, MessageReaction):
        return replace(message, reactions=_react(message.reactions, event))
    if isinstance(event, TERMINAL):
        return _ended(message, event)
    if isinstance(event, ANNOTATION):
        return replace(message, annotations=_annotate(message.annotations, event))
    if isinstance(event, StreamUsage):
        return replace(message, usage=event.usage)
    return message


def _annotate(notes: Notes, event: Annotation) -> Notes:
    note = asdict(event)
    for field in ("seq", "t", "stream"):
        del note[field]
    return (*notes, {"type": str(event.__struct_config__.tag), **note})


def _ended(message: Message, event: Terminal) -> Message:
    return replace(
        message,
        text="" if message.deleted else event.text,
        status=_STATUS[type(event)],
        usage=event.usage or message.usage,
        error=event.error,
        reason=event.reason,
    )


def _react(reactions: tuple[Reaction, ...], event: MessageReaction) -> tuple[Reaction, ...]:
    users = {reaction.name: reaction.users for reaction in reactions}
    others = tuple(user for user in users.get(event.name, ()) if user != event.user)
    users[event.name] = (*others, event.user) if event.added else others
    return tuple(Reaction(name=name, users=who) for name, who in users.items() if who)


class _Live:
    """A live stream's text so far, joined only when somebody asks."""

    __slots__ = ("agent", "index", "message", "reasoning", "stream", "text")

    def __init__(self, stream: str, message: str, agent: str, index: int = 0) -> None:
        self.stream, self.message, self.agent, self.index = stream, message, agent, index
        self.text: list[str] = []
        self.reasoning: list[str] = []

    def feed(self, delta: StreamDelta) -> None:
        last = delta.index if isinstance(delta.index, int) else delta.index[1]
        self.index = last + 1
        if delta.kind == "text":
            self.text.append(delta.text)
        elif delta.kind == "reasoning":
            self.reasoning.append(delta.text)

    def view(self) -> LiveStream:
        self.text, self.reasoning = ["".join(self.text)], ["".join(self.reasoning)]
        return LiveStream(
            stream=self.stream,
            message=self.message,
            agent=self.agent,
            index=self.index,
            text=self.text[0],
            reasoning=self.reasoning[0],
        )


class Fold:
    """A channel as it looks after the events applied so far.

    Parameters
    ----------
    snapshot : Snapshot
        Where to begin. Events on messages outside its window are ignored.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.channel: Channel = snapshot.channel
        self.messages: dict[str, Message] = {message.id: message for message in snapshot.messages}
        self.reads: dict[str, int] = dict(snapshot.reads)
        self.before = snapshot.before
        self._live: dict[str, _Live] = {}
        for view in snapshot.live:
            live = _Live(view.stream, view.message, view.agent, view.index)
            live.text.append(view.text)
            live.reasoning.append(view.reasoning)
            self._live[view.stream] = live

    @classmethod
    def empty(cls, channel: Channel) -> Fold:
        """Return the fold of a channel with no message."""
        return cls(Snapshot(channel=channel, messages=()))

    @property
    def live(self) -> tuple[LiveStream, ...]:
        """The streams that have not ended, in order of their opening."""
        return tuple(live.view() for live in self._live.values())

    def text(self, stream: str) -> str:
        """Return a live stream's text so far; empty if it is not live."""
        live = self._live.get(stream)
        return live.view().text if live else ""

    def apply(self, event: AnyEvent) -> None:
        """Fold one event in; its seq must follow the last one applied."""
        if isinstance(event, StreamDelta):
            if live := self._live.get(event.stream):
                live.feed(event)
        elif isinstance(event, MessageCreated):
            self.messages[event.message.id] = event.message
        elif isinstance(event, StreamStarted):
            self.messages[event.message] = opened(self.channel.id, event)
            self._live[event.stream] = _Live(event.stream, event.message, event.agent)
        elif isinstance(event, ChannelUpdated):
            self.channel = event.channel
        elif isinstance(event, ChannelCleared):
            self.messages.clear()
            self._live.clear()
            self.before = None
        elif isinstance(event, Read):
            self.reads[event.user] = max(event.upto, self.reads.get(event.user, 0))
        else:
            self._amend(event)

    def _amend(
        self,
        event: MessageUpdated
        | MessageDeleted
        | MessageReaction
        | StreamReplace
        | StreamUsage
        | Annotation
        | Terminal,
    ) -> None:
        if isinstance(event, MessageUpdated | MessageDeleted | MessageReaction):
            target = event.message
        else:
            live = self._live.get(event.stream)
            if live is None:
                return
            target = live.message
            if isinstance(event, StreamReplace):
                live.text = [event.text]
            elif isinstance(event, TERMINAL):
                del self._live[event.stream]
        if message := self.messages.get(target):
            self.messages[target] = amend(message, event)

    def trim(self, limit: int = PAGE_BYTES) -> None:
        """Forget messages older than the newest page of `limit` bytes, live ones excepted."""
        page, oldest = newest_page(self.messages.values(), limit)
        if len(page) == len(self.messages):
            return
        kept = {live.message for live in self._live.values()}
        ids = {message.id for message in page}
        self.messages = {
            id_: message for id_, message in self.messages.items() if id_ in ids or id_ in kept
        }
        self.before = oldest

    def snapshot(self, limit: int = PAGE_BYTES) -> Snapshot:
        """Return the newest page of at most `limit` bytes, and the live streams whole."""
        page, oldest = newest_page(self.messages.values(), limit)
        ids = {message.id for message in page}
        kept = {live.message for live in self._live.values()} - ids
        extra = tuple(self.messages[id_] for id_ in self.messages if id_ in kept)
        return Snapshot(
            channel=self.channel,
            messages=(*extra, *page),
            live=self.live,
            before=self.before if len(page) + len(extra) == len(self.messages) else oldest,
            reads=dict(self.reads),
        )


def newest_page(messages: Iterable[Message], limit: int) -> tuple[list[Message], int | None]:
    """Return the newest messages whose JSON fits in `limit` bytes, and the oldest one's seq.

    At least one message is returned if there is one, however large.
    """
    page: list[Message] = []
    size = 0
    for message in reversed(list(messages)):
        size += len(ENCODER.encode(message)) + 1
        if page and size > limit:
            break
        page.append(message)
    page.reverse()
    return page, page[0].seq if page else None
