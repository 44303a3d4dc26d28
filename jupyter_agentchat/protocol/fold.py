"""Events folded into what a channel looks like now; pure, and the twin of ``core/src/fold.ts``.

Both run the fixtures in ``tests/data/fold/``.
"""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_agentchat.protocol.amend import amend, opened
from jupyter_agentchat.protocol.codec import ENCODER
from jupyter_agentchat.protocol.events import (
    TERMINAL,
    Annotation,
    AnyEvent,
    ChannelCleared,
    ChannelUpdated,
    MessageCreated,
    MessageDeleted,
    MessagePinned,
    MessageReaction,
    MessageUpdated,
    Read,
    StreamDelta,
    StreamReplace,
    StreamStarted,
    StreamUsage,
    Terminal,
)
from jupyter_agentchat.protocol.model import (
    Channel,
    LiveStream,
    Message,
    Snapshot,
)

PAGE_BYTES = 48 * 1024
"""Size of a snapshot's page of messages, in bytes of JSON; one message is always on it."""


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
        | MessagePinned
        | StreamReplace
        | StreamUsage
        | Annotation
        | Terminal,
    ) -> None:
        if isinstance(event, MessageUpdated | MessageDeleted | MessageReaction | MessagePinned):
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
