"""Our own parts of a client, against our own server: Python's here, TypeScript's in Node."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from jupyter_agentchat.client.openwebui import Channels, openai_text_stream
from tests.clients.node import HERE, play
from tests.clients.own import bundled
from tests.server.openwebui.tabs import tab
from tests.server.openwebui.test_channels import CHANNELS, make, say
from tests.server.openwebui.test_chats import SAY, URL


async def test_a_channel_as_the_server_has_it(chat: Any, as_user: Any) -> None:
    ann, ben = as_user("ann"), as_user("ben")
    channel = (await make(ann))["id"]
    path = f"{CHANNELS}/{channel}/messages"
    async with tab(chat, "ann") as opened:
        channels = Channels("ann")
        view = channels.open(channel)
        view.install([])
        view.post({"temp_id": "t1", "user_id": "ann", "content": "mine"})
        await say(ann, channel, "mine", temp_id="t1")
        root = await say(ben, channel, "theirs")
        view.open_thread(root["id"], [])
        await say(ben, channel, "reply", parent_id=root["id"])
        await ben.post(f"{path}/{root['id']}/reactions/add", json={"name": "+1"})
        await opened.typed("message:reaction:add")
        taken = take(channels, opened, 0)
        assert view.messages == (await ann.get(path)).json()
        assert [each["content"] for each in view.threads[root["id"]]] == ["reply"]
        assert channels.unread(channel) == 1
        await ben.delete(f"{path}/{root['id']}/delete")
        await opened.typed("message:delete")
        take(channels, opened, taken)
        assert view.messages == (await ann.get(path)).json()
        assert channels.unread(channel) == 0


def take(channels: Channels, opened: Any, done: int) -> int:
    """Apply what a tab has heard after its first `done` events; returns how many those are now."""
    for name, event in opened.heard[done:]:
        if name == "events:channel":
            channels.take(event, time.time_ns() // 1_000_000)
    return len(opened.heard)


@pytest.mark.parametrize("split", [False, True])
async def test_a_streamed_text(as_user: Any, *, split: bool) -> None:
    body = {"model": "cites", "messages": SAY, "stream": True}
    body |= {"stream_options": {"include_usage": True}}
    async with as_user("ann").stream("POST", URL, json=body) as response:
        updates = [each async for each in openai_text_stream(response.aiter_bytes(), split)]
    assert updates[0].sources == [{"name": "A page", "url": "https://example.org"}]
    assert "".join(each.text for each in updates) == "abcde"
    assert len([each for each in updates if each.usage]) == 1
    assert updates[-1].done
    assert updates[-1].error is None


async def test_an_error_of_the_server_is_the_last_update(as_user: Any) -> None:
    body = {"model": "raises-during", "messages": SAY, "stream": True}
    async with as_user("ann").stream("POST", URL, json=body) as response:
        updates = [each async for each in openai_text_stream(response.aiter_bytes())]
    assert "".join(each.text for each in updates) == "one "
    assert updates[-1].done
    assert updates[-1].error


async def test_the_same_in_node(chat: Any, as_user: Any, tmp_path: Path) -> None:
    assert as_user("ann")
    url = f"{chat.url}agentchat/openwebui/"
    assert await play(HERE / "own_openwebui.mjs", bundled(tmp_path), url) == "ok\n"
