"""A channel's messages in Open WebUI's order, newest first, with what belongs to threads."""

from __future__ import annotations

from collections.abc import AsyncIterator

from msgspec import Struct

from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.runtime.service import MAX_PAGE, Service

UNREAD_SEEN = MAX_PAGE
"""Unread messages are counted among the newest so many."""


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
    found: list[Listed] = []
    threads: dict[str, tuple[int, int]] = {}
    async for message in newest(service, channel):
        if message.parent is not None:
            count, latest = threads.get(message.parent, (0, message.created_at))
            threads[message.parent] = (count + 1, latest)
        elif skip:
            skip -= 1
        else:
            replies, at = threads.get(message.id, (0, None))
            found.append(Listed(message, replies, at))
            if len(found) == limit:
                break
    return found


async def listed(service: Service, channel: str, message: Message) -> Listed:
    """Return one message with its replies."""
    count, latest = 0, None
    if message.parent is None:
        async for other in newest(service, channel):
            if other.seq <= message.seq:
                break
            if other.parent == message.id:
                count, latest = count + 1, latest or other.created_at
    return Listed(message, count, latest)


async def thread(
    service: Service, channel: str, root: Message, skip: int, limit: int
) -> list[Message]:
    """Return a page of a thread, newest first; a short page ends with the root."""
    found: list[Message] = []
    async for message in newest(service, channel):
        if message.seq <= root.seq:
            break
        if message.parent == root.id:
            found.append(message)
    page = found[skip : skip + limit]
    return [*page, root] if len(page) < limit else page


async def pinned(service: Service, channel: str) -> list[Message]:
    """Return all pinned messages, the latest pin first."""
    found = [message async for message in newest(service, channel) if message.pin is not None]
    return sorted(found, key=lambda message: message.pin.at if message.pin else 0, reverse=True)


class Standing(Struct, frozen=True):
    """Where a reader stands in a channel; µs, None where there is nothing."""

    last_message_at: int | None
    last_read_at: int | None
    unread: int


async def standing(service: Service, channel: str, user: str) -> Standing:
    """Return what a user has not read: others' messages in the channel itself.

    The reading position is the log's own, so all tabs of a user, and all dialects, share it.
    """
    log = await service.channel(channel)
    upto = log.fold.reads.get(user, 0)
    page = await service.messages(channel, limit=UNREAD_SEEN)
    shown = [each for each in page.messages if each.parent is None and not each.deleted]
    fresh = [each for each in shown if each.seq > upto and each.author.id != user]
    read = [each.created_at for each in page.messages if each.seq <= upto]
    last = shown[-1].created_at if shown else None
    return Standing(last, read[-1] if read else None, len(fresh))
