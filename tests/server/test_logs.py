"""The server's own log: by REST, on the native socket, and as a DataFrame."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from jupyter_server.auth import Authorizer

import jupyter_agentchat as ac
from jupyter_agentchat.frames.server_log import COLUMNS
from jupyter_agentchat.runtime.logs import LEVELS

log = logging.getLogger("jupyter_agentchat.test")


class NoLogs(Authorizer):
    """Allows everything but the log."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:  # noqa: ARG002
        return resource != "agentchat-logs"


async def test_rest_shows_recent_lines(chat: Any) -> None:
    await chat.channel()
    await chat.send("hi", mode="sync")
    await asyncio.sleep(0)
    lines = (await chat.get("api/logs")).json()["logs"]
    turns = [line for line in lines if line.get("agent") == "hello"]
    assert "begins" in turns[0]["msg"]
    assert (turns[0]["channel"], turns[0]["level"]) == ("lab", LEVELS["info"])
    log.warning("token=%s", "abcdef99")
    for params, found in (
        ({"level": "warn"}, {LEVELS["warn"]}),
        ({"level": "40"}, {LEVELS["warn"]}),
        ({"level": "loud"}, set()),
        ({"agent": "hello"}, {LEVELS["info"]}),
        ({"agent": "nobody"}, set()),
    ):
        shown = (await chat.get("api/logs", params=params)).json()["logs"]
        assert {line["level"] for line in shown} == found, params
    assert "abcdef99" not in (await chat.get("api/logs")).text
    assert len((await chat.get("api/logs", params={"limit": 1})).json()["logs"]) == 1


async def test_the_servers_own_secrets_are_masked(chat: Any) -> None:
    secret, token = chat.extension.backend.secret, chat.headers["Authorization"].split()[1]
    log.error("it was %s and %s", secret, token)
    text = (await chat.get("api/logs")).text
    assert "it was" in text
    assert secret not in text
    assert token not in text


async def test_the_native_socket_brings_lines_live(chat: Any) -> None:
    await chat.channel()
    async with chat.socket() as socket:
        assert (await socket.ask("subscribe_logs", agent="hello", level="info"))["op"] == "ack"
        await chat.send("hi", mode="sync")
        frame = await socket.until(lambda frame: frame["op"] == "log")
        assert frame["entry"]["agent"] == "hello"
        assert "begins" in frame["entry"]["msg"]
        await socket.ask("subscribe_logs", level="error")
        log.warning("not this")
        log.error("but this")
        frame = await socket.until(lambda frame: frame["op"] == "log" and "this" in str(frame))
        assert frame["entry"]["msg"] == "but this"
        await socket.ask("unsubscribe_logs")
        log.error("nor this")
        await socket.ask("ping", t=1)
        assert all("nor this" not in str(frame) for frame in socket.frames)
    assert chat.service.logs._watchers == []


async def test_a_connection_that_goes_watches_no_longer(chat: Any) -> None:
    async with chat.socket() as socket:
        await socket.ask("subscribe_logs")
        assert len(chat.service.logs._watchers) == 1
    while chat.service.logs._watchers:  # noqa: ASYNC110 - the server closes it in its own time
        await asyncio.sleep(0.01)


async def test_only_who_may_read_the_log_does(chat: Any) -> None:
    chat.app.web_app.settings["authorizer"] = NoLogs()
    assert (await chat.get("api/logs")).status_code == 403
    assert (await chat.get("api/channels")).status_code == 200
    async with chat.socket() as socket:
        answer = await socket.ask("subscribe_logs")
        assert (answer["op"], answer["code"]) == ("error", "forbidden")


async def test_a_cell_gets_a_frame(chat: Any) -> None:
    await chat.channel()
    await chat.send("hi", mode="sync")
    token = chat.headers["Authorization"].split()[1]
    frame = await asyncio.to_thread(ac.logs, agent="hello", url=chat.url, token=token)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == COLUMNS
    assert set(frame["level_name"]) == {"info"}
    assert frame["msg"].iloc[0].endswith("begins")
    assert frame["time"].is_monotonic_increasing


async def test_an_embedded_chat_has_a_log_of_its_own() -> None:
    chat = await ac.connect_async(embedded=True)
    reply = await chat.ask("hi", agent="echo")
    frame = await chat.logs(agent="echo")
    assert reply.status == "completed"
    assert frame["stream"].iloc[0] == reply.stream_id
    assert (await chat.logs(level="fatal")).empty
    await chat.close()


@pytest.mark.parametrize("params", [{"limit": "x"}, {"limit": "-1"}])
async def test_a_wrong_limit_is_refused(chat: Any, params: dict[str, str]) -> None:
    assert (await chat.get("api/logs", params=params)).status_code == 400
