"""Direct connections: the tab asks a model itself and brings the answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from jupyter_agentchat.dialects.openwebui import state
from jupyter_agentchat.providers.timeouts import Timeouts
from tests.server.openwebui.tabs import Tab, tab
from tests.server.openwebui.test_chats import SAY, URL

ITEM = {"id": "their-model", "name": "Theirs", "direct": True}


def line(text: str | None, **more: Any) -> str:
    choice: dict[str, Any] = {"index": 0, "delta": {"content": text} if text else {}, **more}
    return f"data: {json.dumps({'choices': [choice]})}"


class Browser:
    """A tab that is asked for a completion; what it does then is the test's."""

    def __init__(self, one: Tab, answer: object = None) -> None:
        self.tab = one
        self.asked: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answer = {"status": True} if answer is None else answer
        one.io.on("events", self._hear)

    async def _hear(self, told: Any) -> object:
        if told["data"]["type"] == "request:chat:completion":
            self.asked.set_result(told["data"]["data"])
            return self._answer
        self.tab.heard.append(("events", told))
        self.tab.news.set()
        return None

    async def ends(self) -> str:
        done = await self.tab.until(lambda told: (told["data"]["data"] or {}).get("done") is True)
        text: str = done["data"]["data"]["content"]
        return text


async def begin(client: Any, session: str, **fields: Any) -> Any:
    body = {
        "model": "their-model",
        "model_item": ITEM,
        "messages": SAY,
        "session_id": session,
        "chat_id": "c1",
        "id": "m1",
        **fields,
    }
    answer = await client.post(URL, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_the_tab_brings_is_the_answer_and_another_tab_is_not_heard(
    chat: Any, as_user: Any
) -> None:
    async with tab(chat, "ann") as one, tab(chat, "ann") as two, tab(chat, "eve") as eve:
        browser = Browser(one)
        await begin(as_user("ann"), one.io.get_sid(), temperature=0.5)
        asked = await browser.asked
        assert asked["session_id"] == one.io.get_sid()
        assert asked["channel"].split(":")[:2] == ["ann", one.io.get_sid()]
        assert asked["model"] == ITEM
        form = asked["form_data"]
        assert (form["model"], form["stream"], form["temperature"]) == ("their-model", True, 0.5)
        assert form["messages"] == SAY
        for other in (two, eve):
            await other.io.call(asked["channel"], line("stolen"))
            await other.io.call(asked["channel"], {"done": True})
        for each in (line("Hel"), "", line("lo"), line(None, finish_reason="stop"), "data: [DONE]"):
            await one.io.emit(asked["channel"], each)
        await one.io.emit(asked["channel"], {"done": True})
        assert await browser.ends() == "Hello"
        deltas = [
            choice["delta"]["content"]
            for _, told in two.heard
            for choice in (told["data"]["data"] or {}).get("choices", ())
        ]
        assert deltas == ["Hel", "lo"]
        assert eve.heard == []
    models = (await as_user("ann").get("api/models")).json()["data"]
    assert not {each["id"] for each in models} & {"direct", "their-model"}


async def test_a_tab_that_dies_ends_the_answer_with_a_reason(chat: Any, as_user: Any) -> None:
    async with tab(chat, "ann") as two:
        watching = Browser(two)
        async with tab(chat, "ann") as one:
            browser = Browser(one)
            await begin(as_user("ann"), one.io.get_sid())
            channel = (await browser.asked)["channel"]
            await one.io.emit(channel, line("half "))
            await two.until(lambda told: "choices" in (told["data"]["data"] or {}))
        failed = await two.typed("chat:message:error")
        assert failed["data"]["data"]["error"]["content"] == (
            "The tab that asked the model itself is gone."
        )
        assert await watching.ends() == "half "


@pytest.mark.parametrize(
    ("brought", "reason"),
    [
        ([line("a"), {"done": True}], "broke off"),
        ([{"error": {"message": "no money"}}], "no money"),
    ],
)
async def test_a_model_that_fails_there_fails_here(
    chat: Any, as_user: Any, brought: list[Any], reason: str
) -> None:
    async with tab(chat, "ann") as one:
        browser = Browser(one)
        await begin(as_user("ann"), one.io.get_sid())
        channel = (await browser.asked)["channel"]
        for each in brought:
            await one.io.emit(channel, each)
        failed = await one.typed("chat:message:error")
        assert reason in failed["data"]["data"]["error"]["content"]


async def test_a_tab_that_cannot_ask_says_why(chat: Any, as_user: Any) -> None:
    async with tab(chat, "ann") as one:
        Browser(one, {"error": "CORS"})
        await begin(as_user("ann"), one.io.get_sid())
        failed = await one.typed("chat:message:error")
        assert "CORS" in failed["data"]["data"]["error"]["content"]


async def test_a_tab_that_falls_silent_is_not_waited_for(
    chat: Any, as_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "Timeouts", lambda: Timeouts(first_byte=5, idle=0.05))
    async with tab(chat, "ann") as one:
        browser = Browser(one)
        await begin(as_user("ann"), one.io.get_sid())
        await one.io.emit((await browser.asked)["channel"], line("half "))
        failed = await one.typed("chat:message:error")
        assert "The tab that asks the model itself" in failed["data"]["data"]["error"]["content"]


async def test_a_direct_connection_needs_a_tab(chat: Any, as_user: Any) -> None:
    ann = as_user("ann")
    body = {"model": "their-model", "model_item": ITEM, "messages": SAY}
    assert (await ann.post(URL, json=body)).status_code == 400
    async with tab(chat, "ann") as one:
        await begin(ann, "nobody's")
        failed = await one.typed("chat:message:error")
        assert "not connected" in failed["data"]["data"]["error"]["content"]


async def test_a_chat_that_its_client_keeps_is_told_by_the_clients_id(
    chat: Any, as_user: Any
) -> None:
    async with tab(chat, "ann") as one:
        await begin(
            as_user("ann"), one.io.get_sid(), model="cites", model_item=None, chat_id="local:1"
        )
        done = await one.until(lambda told: (told["data"]["data"] or {}).get("done") is True)
        assert (done["chat_id"], done["message_id"]) == ("local:1", "m1")
