"""A channel's messages in Open WebUI's order, newest first, with what belongs to threads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from msgspec import Struct

from jupyter_agentchat.dialects.openwebui.index import Index
from jupyter_agentchat.errors import MessageNotFoundError
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.runtime.service import MAX_PAGE, Service


class Listed(Struct, frozen=True):
    """A message, and the replies in its thread."""

    message: Message
    replies: int = 0
    latest_reply_at: int | None = None


async def newest(service: Service, channel: str) -> AsyncIterator[Message]:
    """Yield a channel's messages, newest first, without deleted ones."""
    before: int | None = None
    while True:
        page = await service.messages(channel, before=before, limit=MAX_PAGE)
        for message in reversed(page.messages):
            if not message.deleted:
                yield message
        before = page.before
        if before is None:
            return


async def top_level(service: Service, channel: str, skip: int, limit: int) -> list[Listed]:
    """Return a page of what stands in the channel itself.

    A reply is younger than its thread's root, so one walk knows all replies of a root when it
    comes to it.
    """
    listing: list[Listed] = []
    threads: dict[str, tuple[int, int]] = {}
    async for message in newest(service, channel):
        if message.parent is not None:
            count, latest = threads.get(message.parent, (0, message.created_at))
            threads[message.parent] = (count + 1, latest)
        elif skip:
            skip -= 1
        else:
            replies, at = threads.get(message.id, (0, None))
            listing.append(Listed(message, replies, at))
            if len(listing) == limit:
                break
    return listing


def listed(index: Index, message: Message) -> Listed:
    """Return one message with its replies."""
    return Listed(message, *index.thread(message.id))


async def thread(
    service: Service, index: Index, root: Message, skip: int, limit: int
) -> list[Message]:
    """Return a page of a thread, newest first; a short page ends with the root."""
    ids = list(index.replies.get(root.id, ()))[::-1]
    page = await found(service, root.channel, ids[skip : skip + limit])
    return [*page, root] if len(page) < limit else page


async def pinned(
    service: Service, channel: str, index: Index, skip: int, limit: int
) -> list[Message]:
    """Return a page of the pinned messages, the latest pin first."""
    ids = sorted(index.pins, key=lambda id_: index.pins[id_], reverse=True)
    return await found(service, channel, ids[skip : skip + limit])


async def found(service: Service, channel: str, ids: Sequence[str]) -> list[Message]:
    """Return messages by their ids; those that are gone meanwhile are left out."""
    messages = []
    for id_ in ids:
        with suppress(MessageNotFoundError):
            messages.append(await service.message(channel, id_))
    return [message for message in messages if not message.deleted]


class Standing(Struct, frozen=True):
    """Where a reader stands in a channel; µs, None where there is nothing."""

    last_message_at: int | None
    last_read_at: int | None
    unread: int


def standing(log: ChannelLog, index: Index, user: str) -> Standing:
    """Return what a user has not read: others' messages in the channel itself.

    The reading position is the log's own, so all tabs of a user, and all dialects, share it.
    """
    upto = log.fold.reads.get(user, 0)
    last = next(reversed(index.top.values()), None)
    read = next((post for post in reversed(index.top.values()) if post.seq <= upto), None)
    return Standing(
        None if last is None else last.at,
        None if read is None else read.at,
        index.unread(upto, user),
    )
