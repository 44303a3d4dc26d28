"""Tabs that were away: what they missed, and what agents leave behind in a chat."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_agentchat.agents.base import Metadata
from jupyter_agentchat.dialects.openwebui import kept
from jupyter_agentchat.testing.agents import ScriptedAgent
from tests.clients.node import installed, play
from tests.server.openwebui.tabs import tab
from tests.server.openwebui.test_sockets import start


async def test_a_tab_that_was_away_at_the_end_is_told_it(chat: Any, as_user: Any) -> None:
    async with tab(chat, "ann") as one:
        await start(as_user("ann"))
        await one.until(lambda told: (told["data"]["data"] or {}).get("done") is True)
    async with tab(chat, "ann") as two, tab(chat, "ben") as three:
        done = await two.until(lambda told: (told["data"]["data"] or {}).get("done") is True)
        assert (done["chat_id"], done["message_id"]) == ("c1", "m1")
        assert done["data"]["data"]["content"] == "abcde"
        assert len(two.heard) == 1
        assert three.heard == []


async def test_what_an_agent_says_of_a_chat_is_told_and_kept(chat: Any, as_user: Any) -> None:
    said = {
        "title": "A good title",
        "tags": ["a"],
        "follow_ups": ["And then?"],
        "notification": {"type": "success", "content": "Done."},
    }
    chat.service.registry.add(ScriptedAgent(["hi", Metadata(said)], name="says"))
    async with tab(chat, "ann") as one:
        await start(as_user("ann"), model="says")
        await one.typed("notification", chat_id="c1", message_id="m1")
        assert (await one.typed("chat:title"))["data"]["data"] == "A good title"
        assert (await one.typed("chat:tags"))["data"]["data"] == ["a"]
        follow_ups = (await one.typed("chat:message:follow_ups"))["data"]["data"]
        assert follow_ups == {"follow_ups": ["And then?"]}
        await start(as_user("ann"), id="m2")
        done = await one.until(
            lambda told: (
                told["message_id"] == "m2" and (told["data"]["data"] or {}).get("done") is True
            )
        )
        assert done["data"]["data"]["title"] == "A good title"
    channel = (await chat.service.channel("c1")).channel
    assert channel.name == "A good title"
    assert channel.metadata["openwebui"]["meta"] == {"tags": ["a"]}


@pytest.mark.parametrize("expected", ["recovered", "anew"])
async def test_the_published_client_gets_what_it_missed_exactly_once(
    chat: Any, as_user: Any, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert as_user("ann")
    if expected == "anew":
        monkeypatch.setattr(kept, "MAX_BYTES", 100)
    script = installed() / "openwebui_return.mjs"
    url = f"{chat.url}agentchat/openwebui/"
    assert "done" in await play(script, url, environment={"EXPECT": expected})


async def test_a_text_so_far_and_what_follows_it_are_the_whole_text(
    chat: Any, as_user: Any
) -> None:
    gate = chat.service.registry.get("gated").gate
    async with tab(chat, "ann") as one:
        await start(as_user("ann"), model="gated", params={"stream_delta_chunk_size": 2})
        await one.until(lambda told: "choices" in (told["data"]["data"] or {}))
        async with tab(chat, "ann") as two:
            gate.set()
            await two.until(lambda told: (told["data"]["data"] or {}).get("done") is True)
            text = ""
            for _, told in two.heard:
                data = told["data"]["data"]
                text = data["content"] if set(data) == {"content"} else text
                for choice in data.get("choices", ()):
                    text += choice["delta"]["content"]
            assert text == "one two three"
