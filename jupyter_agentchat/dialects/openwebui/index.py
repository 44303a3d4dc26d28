"""What a channel's index knows: top-level messages, threads, pins; kept by its events."""

from __future__ import annotations

from msgspec import Struct, field

from jupyter_agentchat.protocol.events import (
    AnyEvent,
    ChannelCleared,
    MessageCreated,
    MessageDeleted,
    MessagePinned,
    StreamStarted,
    first_seq,
)
from jupyter_agentchat.protocol.model import Message


class Post(Struct, frozen=True):
    """What the index knows of a message."""

    seq: int
    author: str
    at: int
    """Wall clock, µs."""


class Index(Struct):
    """One channel's; ids in the order of the log.

    Attributes
    ----------
    top : dict
        What stands in the channel itself.
    replies : dict
        By the thread's root.
    roots : dict
        The root of each reply.
    pins : dict
        When each pinned message was pinned, in µs.
    """

    top: dict[str, Post] = field(default_factory=dict)
    replies: dict[str, dict[str, Post]] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    pins: dict[str, int] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Take a message as it is now; one that is deleted is no more."""
        if message.deleted:
            self._remove(message.id)
            return
        self._place(message.id, message.parent, _post(message))
        if message.pin is not None:
            self.pins[message.id] = message.pin.at

    def take(self, event: AnyEvent) -> None:
        """Take an event; one that was taken already changes nothing."""
        if isinstance(event, MessageCreated):
            self.add(event.message)
        elif isinstance(event, StreamStarted):
            self._place(event.message, event.parent, Post(first_seq(event), event.agent, event.t))
        elif isinstance(event, MessageDeleted):
            self._remove(event.message)
        elif isinstance(event, MessagePinned):
            if event.pinned:
                self.pins[event.message] = event.t
            else:
                self.pins.pop(event.message, None)
        elif isinstance(event, ChannelCleared):
            for each in (self.top, self.replies, self.roots, self.pins):
                each.clear()

    def unread(self, upto: int, user: str) -> int:
        """Return how many of others' messages in the channel itself came after `upto`."""
        count = 0
        for post in reversed(self.top.values()):
            if post.seq <= upto:
                break
            count += post.author != user
        return count

    def thread(self, root: str) -> tuple[int, int | None]:
        """Return a thread's number of replies, and when the latest came."""
        posts = self.replies.get(root)
        if not posts:
            return 0, None
        return len(posts), next(reversed(posts.values())).at

    def _place(self, id_: str, parent: str | None, post: Post) -> None:
        if parent is None:
            self.top[id_] = post
        else:
            self.roots[id_] = parent
            self.replies.setdefault(parent, {})[id_] = post

    def _remove(self, id_: str) -> None:
        self.top.pop(id_, None)
        self.pins.pop(id_, None)
        root = self.roots.pop(id_, None)
        if root is not None:
            self.replies[root].pop(id_, None)


def _post(message: Message) -> Post:
    return Post(message.seq, message.author.id, message.created_at)
