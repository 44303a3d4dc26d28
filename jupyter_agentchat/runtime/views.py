"""Messages as they are now, from the fold in memory or from the store."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from jupyter_agentchat.errors import MessageNotFoundError
from jupyter_agentchat.protocol.fold import newest_page
from jupyter_agentchat.protocol.model import Message
from jupyter_agentchat.runtime.log import ChannelLog
from jupyter_agentchat.store.base import Page, Store


async def find_message(log: ChannelLog, store: Store, message: str) -> Message:
    """Return one message of a channel; a live one with its text so far.

    Raises
    ------
    MessageNotFoundError
        If the channel has none of that id.
    """
    found = log.fold.messages.get(message)
    if found is None:
        found = await asyncio.to_thread(store.message, log.channel.id, message)
    if found is None:
        sentence = f"There is no message {message!r} in the channel {log.channel.id!r}."
        raise MessageNotFoundError(sentence)
    if found.status == "streaming" and found.stream is not None:
        return replace(found, text=log.fold.text(found.stream))
    return found


async def read_page(
    log: ChannelLog, store: Store, *, before: int | None, after: int | None, limit: int
) -> Page:
    """Return a page of messages; live ones show their text so far."""
    page = await asyncio.to_thread(
        store.page, log.channel.id, before=before, after=after, limit=limit
    )
    live = {view.message: view.text for view in log.fold.live}
    messages = tuple(
        replace(each, text=live[each.id]) if each.id in live else each for each in page.messages
    )
    return replace(page, messages=messages)


async def history(
    log: ChannelLog, store: Store, before: int, *, messages: int, size: int
) -> list[Message]:
    """Return what an agent sees: the newest complete messages before a seq, oldest first.

    The same log gives the same history, whatever is in memory.
    """
    recent = [each for each in log.fold.messages.values() if each.seq < before]
    if len(recent) < messages and log.fold.before is not None:
        oldest = min((each.seq for each in recent), default=before)
        page = await asyncio.to_thread(
            store.page, log.channel.id, before=oldest, after=None, limit=messages - len(recent)
        )
        recent = [*page.messages, *recent]
    complete = [each for each in recent if not each.deleted and each.status != "streaming"]
    page_of, _ = newest_page(complete[max(len(complete) - messages, 0) :], size)
    return page_of
