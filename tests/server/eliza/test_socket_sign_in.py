"""Who gets in: by the handshake, or by a token in CONNECT."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_agentchat.dialects.eliza.sockets import ElizaSockets
from jupyter_agentchat.socketio import ConnectionSettings
from jupyter_agentchat.web.engineio.mount import MAX_STRANGERS
from tests.server.eliza.raw import PATH, joined, opened

POLLING = {"EIO": "4", "transport": "polling"}
CANARY = "canary0123456789"


async def test_a_token_in_connect_is_enough(chat: Any) -> None:
    token = chat.app.identity_provider.token
    for auth in ({"token": token}, {"apiKey": token}):
        async with opened(chat, headers={}, **auth) as socket:
            await socket.join("lab", entityId="user-123")
            await socket.send("hi")
    async with opened(chat, headers={"X-API-Key": token}) as socket:
        assert socket.refusal is None
    [first, *_] = await chat.messages()
    assert first["author"]["id"] == "owner"


@pytest.mark.parametrize("auth", [{}, {"token": "wrong"}, {"token": ""}, {"apiKey": 7}])
async def test_a_wrong_one_is_refused_at_once(chat: Any, auth: dict[str, Any]) -> None:
    began = time.monotonic()
    async with opened(chat, headers={}, **auth) as socket:
        assert "Sign in" in str(socket.refusal)
        await socket.wait_closed()
    assert time.monotonic() - began < 5
    assert socket.events == []


async def test_a_wrong_one_gets_no_open_packet(chat: Any) -> None:
    for headers, query in (
        ({"Authorization": "token wrong"}, {}),
        ({}, {"token": "wrong"}),
        ({"X-Agentchat-Secret": "wrong"}, {}),
        ({"X-API-Key": "wrong"}, {}),
    ):
        async with httpx.AsyncClient(headers=headers) as http:
            answer = await http.get(f"{chat.url}{PATH}", params={**POLLING, **query})
            assert answer.status_code == 403
        request = socket_request(chat, headers)
        request.url += "".join(f"&{name}={value}" for name, value in query.items())
        with pytest.raises(HTTPClientError) as refusal:
            await websocket_connect(request)
        assert refusal.value.code == 403


async def test_polling_alone_and_a_token_in_connect(chat: Any) -> None:
    async with httpx.AsyncClient() as http:
        url = f"{chat.url}{PATH}"
        opened_ = await http.get(url, params=POLLING)
        sid = json.loads(opened_.text[1:])["sid"]
        query = {**POLLING, "sid": sid}
        token = chat.app.identity_provider.token
        posted = await http.post(url, params=query, content="40" + json.dumps({"token": token}))
        assert posted.text == "ok"
        assert (await http.get(url, params=query)).text.startswith("40{")
        # more than a stranger may send
        join = json.dumps(["1", {"channelId": "lab", "metadata": {"x": "y" * 50_000}}])
        assert (await http.post(url, params=query, content="42" + join)).text == "ok"
        heard = ""
        while "channel_joined" not in heard:
            heard += (await http.get(url, params=query)).text


async def test_a_stranger_may_not_send_much(chat: Any) -> None:
    async with httpx.AsyncClient() as http:
        url = f"{chat.url}{PATH}"
        sid = json.loads((await http.get(url, params=POLLING)).text[1:])["sid"]
        body = "40" + json.dumps({"token": "x" * 20_000})
        try:
            answer = await http.post(url, params={**POLLING, "sid": sid}, content=body)
            assert answer.status_code in (400, 413)
        except httpx.TransportError:
            pass
    socket = await websocket_connect(socket_request(chat, {}))
    await socket.read_message()
    await socket.write_message(body)
    assert await socket.read_message() is None
    socket.close()


def socket_request(chat: Any, headers: dict[str, str]) -> HTTPRequest:
    url = f"{chat.url}{PATH}?EIO=4&transport=websocket".replace("http", "ws", 1)
    return HTTPRequest(url, headers=headers)


async def test_at_most_32_strangers_of_one_address_wait(chat: Any) -> None:
    sockets = [await websocket_connect(socket_request(chat, {})) for _ in range(MAX_STRANGERS)]
    with pytest.raises(HTTPClientError) as refusal:
        await websocket_connect(socket_request(chat, {}))
    assert refusal.value.code == 429
    async with opened(chat):  # who signs in with the handshake does not wait
        pass
    token = chat.app.identity_provider.token
    await sockets[0].write_message("40" + json.dumps({"token": token}))
    while not str(await sockets[0].read_message()).startswith("40"):
        pass
    (await websocket_connect(socket_request(chat, {}))).close()  # one has said who it is
    for socket in sockets:
        socket.close()


class TestTimeout:
    @pytest.fixture
    def agentchat_config(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        settings = ConnectionSettings(connect_timeout_ms=100)
        monkeypatch.setattr(ElizaSockets, "connection", settings)
        return {}

    async def test_a_stranger_does_not_wait_for_ever(self, chat: Any) -> None:
        socket = await websocket_connect(socket_request(chat, {}))
        assert str(await socket.read_message()).startswith("0{")
        assert await asyncio.wait_for(socket.read_message(), 5) is None
        socket.close()


async def test_a_leaked_session_id_reads_nothing(chat: Any) -> None:
    url = f"{chat.url}{PATH}"
    async with httpx.AsyncClient(headers=chat.headers) as http:
        sid = json.loads((await http.get(url, params=POLLING)).text[1:])["sid"]
        query = {**POLLING, "sid": sid}
        await http.post(url, params=query, content="40")
    async with httpx.AsyncClient() as stranger:
        for params in (query, {**query, "transport": "websocket"}):
            answer = await stranger.get(url, params=params)
            assert answer.status_code == 403
            assert "40" not in answer.text.replace("403", "")
        assert (await stranger.post(url, params=query, content="41")).status_code == 403
    async with httpx.AsyncClient(headers=chat.headers) as http:
        assert (await http.get(url, params=query)).text.startswith("40{")


async def signed_in(chat: Any) -> dict[str, str]:
    """Return the cookies of a browser that signed in."""
    async with httpx.AsyncClient() as http:
        await http.get(f"{chat.url}login")
        token = chat.app.identity_provider.token
        await http.get(f"{chat.url}api/status", params={"token": token})
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in http.cookies.items())}


async def test_a_browser_needs_its_origin_and_no_xsrf_header(chat: Any) -> None:
    cookie = await signed_in(chat)
    own = {"Origin": f"http://{urlsplit(chat.url).netloc}"}
    foreign = {"Origin": "http://evil.example"}
    url = f"{chat.url}{PATH}"
    async with httpx.AsyncClient(headers=cookie) as http:
        sid = json.loads((await http.get(url, params=POLLING)).text[1:])["sid"]
        query = {**POLLING, "sid": sid}
        assert (await http.post(url, params=query, content="40")).status_code == 403
        assert (
            await http.post(url, params=query, content="40", headers=foreign)
        ).status_code == 403
        assert (await http.get(url, params=query, headers=foreign)).status_code == 403
        assert (await http.post(url, params=query, content="40", headers=own)).text == "ok"
        assert (await http.get(url, params=query)).text.startswith("40{")
    for headers in ({}, foreign):
        with pytest.raises(HTTPClientError) as refusal:
            await websocket_connect(socket_request(chat, {**cookie, **headers}))
        assert refusal.value.code == 403
    (await websocket_connect(socket_request(chat, {**cookie, **own}))).close()


async def test_nobody_speaks_under_anothers_id(chat: Any) -> None:
    own = {"Origin": f"http://{urlsplit(chat.url).netloc}"}
    async with joined(chat) as owner:
        headers = {**await signed_in(chat), **own}
        async with opened(chat, headers=headers) as other:
            assert "belongs to another user" in (await other.send("as you"))["error"]
            assert (
                "belongs to another user" in (await other.join("lab", entityId="user-123"))["error"]
            )
            await other.join("lab", entityId="user-9")
            await other.send("as me", senderId="user-9")
            heard = await owner.until("messageBroadcast")
            assert (heard["senderId"], heard["text"]) == ("user-9", "as me")
        async with opened(chat, headers=headers, entityId="user-123") as other:
            assert "belongs to another user" in str(other.refusal)


@pytest.mark.parametrize("version", ["2", "3"])
async def test_old_clients_are_told_which_version(chat: Any, version: str) -> None:
    async with httpx.AsyncClient() as http:
        for transport in ("polling", "websocket"):
            query = {"EIO": version, "transport": transport}
            answer = await http.get(f"{chat.url}{PATH}", params=query)
            assert answer.status_code == 400
            assert answer.json() == {"code": 5, "message": "Unsupported protocol version"}


async def test_all_are_closed_when_the_service_stops(chat: Any) -> None:
    async with joined(chat) as socket:
        await chat.extension.backend.stop()
        await socket.wait_closed()
        async with httpx.AsyncClient(headers=chat.headers) as http:
            answer = await http.get(f"{chat.url}{PATH}", params=POLLING)
            assert answer.status_code == 503
    assert chat.extension.backend.readers == set()


class TestCanary:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        return {**jp_server_config, "IdentityProvider": {"token": CANARY}}

    async def test_no_token_is_logged(self, chat: Any, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level("DEBUG")
        query = {**POLLING, "token": CANARY}
        async with httpx.AsyncClient() as http:
            url = f"{chat.url}{PATH}"
            sid = json.loads((await http.get(url, params=query)).text[1:])["sid"]
            for method in ("POST", "PUT", "GET", "DELETE"):
                await http.request(method, url, params={**query, "sid": sid}, content="nonsense")
                await http.request(method, url, params={**query, "sid": "unknown"})
        for auth in ({"token": CANARY}, {"token": CANARY + "x"}, {"token": [CANARY]}):
            async with opened(chat, headers={}, **auth) as socket:
                if socket.refusal is None:
                    await socket.emit("message", {"type": CANARY, "payload": CANARY})
                    await socket.say("4" + CANARY)
                await socket.wait_closed()
        clients = ("httpx", "httpcore")
        ours = [r for r in caplog.records if not r.name.startswith(clients)]
        assert any(record.name.startswith("jupyter_agentchat") for record in ours)
        for record in ours:
            if "open this file in a browser" in record.getMessage():
                continue
            line = record.getMessage() + (record.exc_text or "")
            assert CANARY not in line, line


@pytest.mark.parametrize("by_header", [True, False])
async def test_a_token_that_is_no_longer_good_ends_the_session(chat: Any, by_header: bool) -> None:  # noqa: FBT001 - a case
    headers = chat.headers if by_header else {}
    async with opened(chat, headers=headers, token=chat.app.identity_provider.token) as socket:
        await socket.join("lab")
        sessions = chat.extension.backend.sessions
        await sessions.check()
        assert (await socket.join("lab"))["channelId"] == "lab"
        chat.app.identity_provider.token = "another"
        await sessions.check()
        await socket.wait_closed()
        if by_header:
            with pytest.raises(HTTPClientError):
                await socket.connect()
        else:
            await socket.connect()
            assert socket.refusal
