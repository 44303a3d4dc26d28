"""Counts where there is more than a page."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_agentchat.dialects.openwebui.state import OpenWebUIState
from jupyter_agentchat.protocol.model import Author
from jupyter_agentchat.runtime.answers import Origin
from jupyter_agentchat.runtime.pipeline import Outgoing
from jupyter_agentchat.runtime.service import MAX_PAGE
from tests.server.openwebui.test_channels import CHANNELS, make, say

MANY = MAX_PAGE + 50


async def fill(chat: Any, channel: str, count: int, **fields: Any) -> None:
    origin = Origin(transport="test", t_request=0)
    for number in range(count):
        author = Author(id=f"u{number % 7}", kind="user", name="U")
        outgoing = Outgoing(text=str(number), agents=(), **fields)
        await chat.service.send(channel, author, outgoing, origin)


async def test_unread_pins_and_replies_are_right_beyond_a_page(chat: Any, as_user: Any) -> None:
    ann, ben = as_user("ann"), as_user("ben")
    channel = (await make(ann))["id"]
    url = f"{CHANNELS}/{channel}"
    root = (await say(ann, channel, "root"))["id"]
    await ann.post(f"{url}/messages/{root}/pin", json={"is_pinned": True})
    await fill(chat, channel, MANY)
    await fill(chat, channel, 3, parent=root)

    async def unread(client: Any) -> int:
        return int((await client.get(url)).json()["unread_count"])

    counts = await asyncio.gather(unread(ann), unread(ben), unread(ben))
    assert [*counts] == [MANY, MANY + 1, MANY + 1]
    await fill(chat, channel, 2)
    assert await unread(ann) == MANY + 2
    pinned = (await ann.get(f"{url}/messages/pinned")).json()
    assert [(each["id"], each["reply_count"]) for each in pinned] == [(root, 3)]
    thread = (await ann.get(f"{url}/messages/{root}/thread")).json()
    assert [each["content"] for each in thread] == ["2", "1", "0", "root"]
    log = await chat.service.channel(channel)
    await chat.service.edits.read(channel, log.seq, Author(id="ann", kind="user", name="Ann"))
    assert await unread(ann) == 0


async def test_an_index_is_read_once_and_follows_what_comes_meanwhile(
    chat: Any, as_user: Any
) -> None:
    ann = as_user("ann")
    channel = (await make(ann))["id"]
    await fill(chat, channel, 20)
    standings = chat.extension.backend.beside(OpenWebUIState).standings
    building = asyncio.create_task(standings.of(channel))
    await fill(chat, channel, 5)
    index = await building
    assert index.unread(0, "nobody") == 25
    await fill(chat, channel, 1)
    assert await standings.of(channel) is index
    assert index.unread(0, "nobody") == 26
    await ann.delete(f"{CHANNELS}/{channel}/delete")
