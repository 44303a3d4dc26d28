"""What agents ask their users, over Socket.IO's acknowledgements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from jupyter_agentchat.agents.base import Emitted, Turn, TurnPolicy
from jupyter_agentchat.errors import AgentChatError
from jupyter_agentchat.protocol.model import AgentInfo
from tests.server.openwebui.tabs import Tab, tab
from tests.server.openwebui.test_chats import URL, frames


class Asker:
    """An agent that asks what its question says, and tells what it heard."""

    info = AgentInfo(name="asker")
    policy: TurnPolicy = "parallel"

    async def answer(self, turn: Turn) -> AsyncIterator[Emitted]:
        try:
            if turn.text == "confirm":
                said: object = await turn.confirm("Sure?", "It is for ever.")
            elif turn.text == "input":
                said = await turn.ask_input("Name?", placeholder="a name", value="x")
            else:
                said = await turn.ask(turn.text, {"code": "1"})
        except AgentChatError as error:
            yield f"{error.code}: {error.message}"
        else:
            yield repr(said)

    async def close(self) -> None: ...


@pytest.fixture
def agentchat_config() -> dict[str, Any]:
    return {"question_timeout_s": 0.2}


@pytest.fixture
def asks(chat: Any, as_user: Any) -> Any:
    chat.service.registry.add(Asker())

    async def ask(text: str, session: str | None, user: str = "ann") -> None:
        body = {
            "model": "asker",
            "messages": [{"role": "user", "content": text}],
            "session_id": session,
            "chat_id": "c1",
            "id": "m1",
        }
        answer = await as_user(user).post(URL, json=body)
        assert answer.status_code == 200, answer.text

    return ask


def answering(one: Tab, answer: object) -> list[Any]:
    """Answer every question of a tab; returns where they are listed."""
    heard: list[Any] = []

    async def hear(told: Any) -> object:
        if told["data"]["type"] in {"confirmation", "input"}:
            heard.append(told)
            return answer
        one.heard.append(("events", told))
        one.news.set()
        return None

    one.io.on("events", hear)
    return heard


async def said(one: Tab) -> str:
    done = await one.until(lambda told: (told["data"].get("data") or {}).get("done") is True)
    text: str = done["data"]["data"]["content"]
    return text


@pytest.mark.parametrize(
    "case",
    [
        ("confirm", True, "True"),
        ("confirm", False, "False"),
        ("confirm", "yes", "False"),
        ("input", "Ann", "'Ann'"),
        ("input", False, "None"),
    ],
)
@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_the_tab_that_asked_is_asked_and_no_other(
    chat: Any, asks: Any, case: tuple[str, object, str], transport: str
) -> None:
    kind, answer, expected = case
    async with tab(chat, "ann", transport=transport) as one, tab(chat, "ann") as two:
        mine, others = answering(one, answer), answering(two, "wrong")
        await asks(kind, one.io.get_sid())
        assert await said(one) == expected
        assert others == []
        [asked] = mine
        assert (asked["chat_id"], asked["message_id"]) == ("c1", "m1")
        assert asked["data"]["data"]["title"] in {"Sure?", "Name?"}


async def test_silence_and_a_tab_that_goes_are_told_to_the_agent(chat: Any, asks: Any) -> None:
    async with tab(chat, "ann") as two:
        async with tab(chat, "ann") as one:
            asked = asyncio.Event()

            async def never(told: Any) -> object:
                if told["data"]["type"] == "confirmation":
                    asked.set()
                    await asyncio.Event().wait()
                return None

            one.io.on("events", never)
            await asks("confirm", one.io.get_sid())
            assert "unanswered: The client did not answer in time." in await said(two)
            two.heard.clear()
            asked.clear()
            await asks("confirm", one.io.get_sid())
            await asked.wait()
        assert await said(two) == "unanswered: The client left without an answer."


async def test_a_strangers_tab_is_never_asked(chat: Any, asks: Any) -> None:
    async with tab(chat, "eve") as eve, tab(chat, "ann") as one:
        heard = answering(eve, True)
        await asks("confirm", eve.io.get_sid())
        assert "not connected" in await said(one)
        assert heard == []


async def test_code_is_never_run_in_a_browser(chat: Any, asks: Any) -> None:
    async with tab(chat, "ann") as one:
        await asks("execute", one.io.get_sid())
        refused = await said(one)
        assert refused.startswith("forbidden: Code is never run in a browser, on purpose")
        one.heard.clear()
        await asks("dance", one.io.get_sid())
        assert (await said(one)).startswith("invalid: ")


@pytest.mark.usefixtures("asks")
async def test_where_no_tab_asked_an_agent_is_told_so(as_user: Any) -> None:
    body = {"model": "asker", "messages": [{"role": "user", "content": "confirm"}], "stream": True}
    answer = await as_user("ann").post(URL, json=body)
    deltas = [each for each in frames(answer.text) if each != "[DONE]" and each["choices"]]
    text = "".join(each["choices"][0]["delta"].get("content", "") for each in deltas)
    assert text == "unanswered: The question came from where nobody can be asked back."
