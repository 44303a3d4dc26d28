"""Both halves over Socket.IO: users, tabs, channels, chats."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from jupyter_agentchat.dialects.openwebui import growing, tabs
from tests.server.openwebui.tabs import tab
from tests.server.openwebui.test_channels import CHANNELS, make, say
from tests.server.openwebui.test_chats import SAY, URL

TASK = {"session_id": "s1", "chat_id": "c1", "id": "m1"}


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_message_reaches_every_tab_with_its_temp_id(
    chat: Any, as_user: Any, transport: str
) -> None:
    ann = as_user("ann")
    channel = (await make(ann))["id"]
    async with tab(chat, "ann", transport=transport) as one, tab(chat, "ben") as two:
        said = await say(ann, channel, "hi", temp_id="t1")
        for each in (one, two):
            told = await each.typed("message")
            assert (told["channel_id"], told["message_id"]) == (channel, said["id"])
            assert told["data"]["data"] == {**said, "temp_id": "t1"}
            assert told["user"]["id"] == "ann"
            assert (told["channel"]["id"], told["channel"]["write_access"]) == (channel, True)


async def test_everything_that_happens_to_a_message_is_told(chat: Any, as_user: Any) -> None:
    ann = as_user("ann")
    channel = (await make(ann))["id"]
    root = (await say(ann, channel, "root"))["id"]
    url = f"{CHANNELS}/{channel}/messages"
    async with tab(chat, "ben") as ben:
        reply = (await say(ann, channel, "reply", parent_id=root))["id"]
        parent = await ben.typed("message:reply", message_id=root)
        assert parent["data"]["data"]["reply_count"] == 1
        await ann.post(f"{url}/{root}/update", json={"content": "changed"})
        changed = await ben.typed("message:update", message_id=root)
        assert changed["data"]["data"]["content"] == "changed"
        await ann.post(f"{url}/{root}/reactions/add", json={"name": "x"})
        added = await ben.typed("message:reaction:add")
        assert added["data"]["data"]["name"] == "x"
        assert added["data"]["data"]["reactions"][0]["count"] == 1
        await ann.post(f"{url}/{root}/reactions/remove", json={"name": "x"})
        await ben.typed("message:reaction:remove")
        await ann.delete(f"{url}/{reply}/delete")
        await ben.typed("message:delete", message_id=reply)
        await ben.until(
            lambda told: (
                told["data"]["type"] == "message:reply" and told["data"]["data"]["reply_count"] == 0
            )
        )


async def test_members_hear_from_the_moment_they_are_in_until_they_are_out(
    chat: Any, as_user: Any
) -> None:
    ann = as_user("ann")
    channel = (await make(ann, type="group"))["id"]
    members = f"{CHANNELS}/{channel}/update/members"
    async with tab(chat, "ann") as one, tab(chat, "eve") as eve:
        await say(ann, channel, "before")
        await ann.post(f"{members}/add", json={"user_ids": ["eve"]})
        assert (await eve.typed("channel:created")) == {"data": {"type": "channel:created"}}
        await say(ann, channel, "while")
        await eve.typed("message")
        await ann.post(f"{members}/remove", json={"user_ids": ["eve"]})
        await say(ann, channel, "after")
        await one.until(lambda told: (told["data"].get("data") or {}).get("content") == "after")
        texts = [told["data"]["data"]["content"] for _, told in eve.heard if "channel_id" in told]
        assert texts == ["while"]


async def test_write_access_is_the_recipients_own(chat: Any, as_user: Any) -> None:
    ann = as_user("ann")
    access = {"read": {"user_ids": ["eve"]}, "write": {"user_ids": []}}
    channel = (await make(ann, access_control=access))["id"]
    async with tab(chat, "ann") as one, tab(chat, "eve") as eve, tab(chat, "ben") as ben:
        await say(ann, channel, "hi")
        assert (await one.typed("message"))["channel"]["write_access"] is True
        assert (await eve.typed("message"))["channel"]["write_access"] is False
        assert ben.heard == []


async def test_typing_reaches_the_whole_room_and_reads_are_the_users(
    chat: Any, as_user: Any
) -> None:
    ann, ben = as_user("ann"), as_user("ben")
    channel = (await make(ann))["id"]
    await say(ann, channel, "hi")
    async with tab(chat, "ben") as one, tab(chat, "ben") as two, tab(chat, "ann") as three:
        await one.say(channel, "typing", typing=True)
        for each in (one, two, three):
            told = await each.typed("typing")
            assert told["data"]["data"] == {"typing": True}
            assert told["user"]["id"] == "ben"
        assert (await ben.get(f"{CHANNELS}/{channel}")).json()["unread_count"] == 1
        await one.say(channel, "last_read_at")
        assert (await ben.get(f"{CHANNELS}/{channel}")).json()["unread_count"] == 0
        refused = await one.io.call("join-note", {"note_id": "n"})
        assert "not there" in refused["error"]


async def test_a_model_that_is_mentioned_grows_in_the_channel(
    chat: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing, "GROWTH_S", 0.0)
    monkeypatch.setattr(growing, "GROWTH_BYTES_PER_S", 10**9)
    ann = as_user("ann")
    channel = (await make(ann))["id"]
    gate = chat.service.registry.get("gated").gate
    async with tab(chat, "ann") as one:
        await say(ann, channel, "<@M:gated>")
        grown = await one.until(
            lambda told: (told["data"].get("data") or {}).get("content") == "one two "
        )
        assert grown["data"]["data"]["meta"]["done"] is False
        gate.set()
        done = await one.until(
            lambda told: ((told["data"].get("data") or {}).get("meta") or {}).get("done") is True
        )
        assert done["data"]["type"] == "message:update"
        assert done["data"]["data"]["content"] == "one two three"
        assert done["user"]["role"] == "model"


async def start(client: Any, **fields: Any) -> str:
    answer = await client.post(URL, json={"model": "cites", "messages": SAY, **TASK, **fields})
    assert answer.status_code == 200, answer.text
    task: str = answer.json()["task_id"]
    return task


async def test_a_task_tells_its_owner_everything_and_nobody_else(chat: Any, as_user: Any) -> None:
    async with tab(chat, "ann") as one, tab(chat, "ann") as two, tab(chat, "root") as other:
        await start(as_user("ann"))
        for each in (one, two):
            await each.until(lambda told: (told["data"]["data"] or {}).get("done") is True)
            assert {(told["chat_id"], told["message_id"]) for _, told in each.heard} == {
                ("c1", "m1")
            }
            data = [told["data"] for _, told in each.heard]
            assert data[0] == {
                "type": "source",
                "data": {"name": "A page", "url": "https://example.org"},
            }
            deltas = [
                choice["delta"] for each in data for choice in each["data"].get("choices", ())
            ]
            assert deltas[0] == {"reasoning_content": "Hm. "}
            assert [delta["content"] for delta in deltas[1:]] == [*"abcde"]
            assert data[-1]["data"] == {"done": True, "content": "abcde", "title": "c1"}
            usages = [each["data"] for each in data if "usage" in each["data"]]
            assert [usage.keys() for usage in usages] == [{"usage"}]
        assert other.heard == []


async def test_a_task_joins_deltas_as_it_was_asked_and_is_linear(chat: Any, as_user: Any) -> None:
    async def size(chunks: int, joined: int, chat_id: str) -> int:
        order = {"chunks": chunks, "pace": False}
        async with tab(chat, "ann") as one:
            await start(
                as_user("ann"),
                model="synthetic",
                metadata={"synthetic": order},
                chat_id=chat_id,
                params={"stream_delta_chunk_size": joined},
            )
            await one.until(lambda told: (told["data"]["data"] or {}).get("done") is True)
            frames = (json.dumps(told, separators=(",", ":")) for _, told in one.heard)
            return sum(len(frame) + len('42["events",]') for frame in frames)

    small, large = await size(1000, 1, "c1"), await size(2000, 1, "c2")
    assert large <= 2 * small
    assert large <= 450_000
    assert await size(2000, 16, "c3") <= 60_000


async def test_stop_from_anywhere_ends_a_task_and_says_so(chat: Any, as_user: Any) -> None:
    async with tab(chat, "ann") as one:
        task = await start(as_user("ann"), model="endless")
        await one.until(lambda told: "choices" in (told["data"]["data"] or {}))
        await as_user("ann").post(f"api/tasks/stop/{task}")
        await one.typed("chat:tasks:cancel")
        done = await one.until(lambda told: (told["data"]["data"] or {}).get("done") is True)
        assert done["data"]["data"]["content"] == "one "


async def test_a_failed_task_says_why(chat: Any, as_user: Any) -> None:
    async with tab(chat, "ann") as one:
        await start(as_user("ann"), model="raises-during")
        failed = await one.typed("chat:message:error")
        assert "boom" in failed["data"]["data"]["error"]["content"]
        await one.until(lambda told: (told["data"]["data"] or {}).get("done") is True)


async def test_a_tab_that_comes_later_gets_the_text_so_far(chat: Any, as_user: Any) -> None:
    gate = chat.service.registry.get("gated").gate
    async with tab(chat, "ann") as one:
        await start(as_user("ann"), model="gated")
        await one.until(
            lambda told: "two " in json.dumps((told["data"]["data"] or {}).get("choices", ""))
        )
        async with tab(chat, "ann") as two:
            snapshot = await two.until(lambda told: "content" in (told["data"]["data"] or {}))
            assert snapshot["data"]["data"] == {"content": "one two "}
            assert snapshot["message_id"] == "m1"
            gate.set()
            done = await two.until(lambda told: (told["data"]["data"] or {}).get("done") is True)
            assert done["data"]["data"]["content"] == "one two three"


async def test_pools_are_gauged_and_pongs_keep_a_user_active(chat: Any, as_user: Any) -> None:
    root = as_user("root")
    channel = (await make(root, type="group", user_ids=["ann", "ben"]))["id"]
    url = f"{CHANNELS}/{channel}/members"

    async def active() -> dict[str, bool]:
        users = (await root.get(url)).json()["users"]
        assert all(each["is_active"] == (each["last_active_at"] is not None) for each in users)
        return {each["id"]: each["is_active"] for each in users}

    assert await active() == {"root": False, "ann": False, "ben": False}
    async with tab(chat, "ann") as one:
        assert await active() == {"root": False, "ann": True, "ben": False}
        await one.io.call("usage", {"action": "chat", "model": "hello", "chat_id": "c"})
        pools = (await root.get("api/usage")).json()["pools"]
        assert pools == {"sessions": 1, "parked": 0, "direct": 0, "usage": 1}
    async with asyncio.timeout(5):
        while any((await root.get("api/usage")).json()["pools"].values()):
            pass
    assert (await active())["ann"] is True


async def test_use_is_counted_while_it_lasts(
    chat: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = as_user("ann")
    async with tab(chat, "ben") as one:
        await one.io.call("usage", {"action": "chat", "model": "hello", "chat_id": "c"})
        await one.io.call("usage", {"action": "chat", "model": "nobody", "chat_id": "c"})
        used = (await ann.get("api/usage")).json()
        assert used == {"model_ids": ["hello"], "user_count": 1}
        monkeypatch.setattr(tabs, "USAGE_S", -1.0)
        assert (await ann.get("api/usage")).json()["model_ids"] == []
    async with asyncio.timeout(5):
        while (await ann.get("api/usage")).json()["user_count"]:
            pass


class TestSettings:
    @pytest.fixture
    def agentchat_config(self) -> dict[str, Any]:
        return {
            "socket_ping_interval_s": 7,
            "socket_ping_timeout_s": 3,
            "socket_websocket": False,
        }

    async def test_the_sockets_are_as_the_server_is_set(self, as_user: Any) -> None:
        opened = await as_user("ann").get("ws/socket.io/?EIO=4&transport=polling")
        told = json.loads(opened.text[1:])
        assert (told["pingInterval"], told["pingTimeout"]) == (7000, 3000)
        assert told["upgrades"] == []


ORIGIN = "https://a.example"


class TestOrigins:
    @pytest.fixture
    def agentchat_config(self) -> dict[str, Any]:
        return {"socket_origins": f"{ORIGIN};https://b.example/", "socket_log_level": "ERROR"}

    @pytest.mark.parametrize(
        ("origin", "status"),
        [(ORIGIN, 204), ("https://b.example", 204), ("https://a.example.evil.com", 403)],
    )
    async def test_pages_that_are_named_may_come(
        self, as_user: Any, origin: str, status: int
    ) -> None:
        asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for path in ("api/models", "ws/socket.io/?EIO=4&transport=polling"):
            answer = await as_user("ann").options(path, headers=asks)
            assert answer.status_code == status
            allowed = answer.headers.get("Access-Control-Allow-Origin")
            assert allowed == (origin if status == 204 else None)

    async def test_the_sockets_log_as_much_as_they_are_told(self, chat: Any, as_user: Any) -> None:
        level = logging.getLogger("jupyter_agentchat.web.engineio")
        await as_user("ann").get("api/models")
        assert level.level == logging.ERROR
        await chat.extension.stop_extension()
        assert level.level == logging.NOTSET


class TestAnyOrigin(TestOrigins):
    @pytest.fixture
    def agentchat_config(self) -> dict[str, Any]:
        return {"socket_origins": "*", "socket_log_level": "ERROR"}

    @pytest.mark.parametrize(("origin", "status"), [("https://anybody.example", 204)])
    async def test_pages_that_are_named_may_come(
        self, as_user: Any, origin: str, status: int
    ) -> None:
        asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        answer = await as_user("ann").options("api/models", headers=asks)
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
