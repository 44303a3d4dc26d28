"""A session that ends closes its connections, and nothing is resumed without being asked again."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

from jupyter_agentchat.protocol.close_codes import CloseCode


class Switch(Authorizer):
    """Lets everybody in until it is turned off."""

    on = True

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:  # noqa: ARG002
        return self.on


@pytest.fixture
def switch(chat: Any) -> Switch:
    switch = Switch()
    chat.app.web_app.settings["authorizer"] = switch
    return switch


async def closing(socket: Any) -> int:
    while await socket.hear() is not None:
        pass
    return int(socket.raw.close_code)


async def signed_in(chat: Any) -> dict[str, str]:
    """Return the headers of a browser that came with the token and goes on with its cookie."""
    async with httpx.AsyncClient(headers=chat.headers) as http:
        answer = await http.get(f"{chat.url}api/status")
    (cookie,) = answer.cookies.items()
    origin = chat.url.split("/", 3)
    return {"Cookie": f"{cookie[0]}={cookie[1]}", "Origin": "/".join(origin[:3])}


async def test_a_token_that_was_changed_closes_sockets_and_event_streams(chat: Any) -> None:
    url = await chat.channel()
    async with chat.socket() as socket, chat.sse(f"{url}/events") as sse:
        position = (await socket.ask("subscribe", channel="lab"))["position"]
        await sse.until("subscribed")
        await chat.extension.backend.sessions.check()
        assert (await socket.ask("ping", t=1))["op"] == "pong"  # nothing has changed yet
        chat.app.identity_provider.token = "another"
        await chat.extension.backend.sessions.check()
        assert await closing(socket) == CloseCode.EXPIRED
        assert [message async for message in sse] == []
    with pytest.raises(HTTPClientError, match="403"):
        async with chat.socket():
            pass
    assert (await chat.get(f"{url}/events", params={"after": position})).status_code == 403
    fresh = {"Authorization": "token another"}
    async with chat.socket(headers=fresh) as socket:
        answer = await socket.ask("subscribe", channel="lab", after=position)
        assert answer["recovered"] is True


async def test_who_may_no_longer_read_is_told_to_stay_away(chat: Any, switch: Switch) -> None:
    await chat.channel()
    async with chat.socket() as socket:
        await socket.ask("subscribe", channel="lab")
        switch.on = False
        await chat.extension.backend.sessions.check()
        assert await closing(socket) == CloseCode.FORBIDDEN


@pytest.mark.parametrize("way", ["ws", "sse"])
async def test_a_revoked_user_gets_nothing_on_resume(chat: Any, switch: Switch, way: str) -> None:
    url = await chat.channel(agents=[])
    after = (await chat.get(url)).json()["position"]
    for round_ in range(100):
        if round_ % 2:  # half of the rounds find something to resume
            await chat.send(f"secret {round_}")
        switch.on = False
        if way == "ws":
            with pytest.raises(HTTPClientError, match="403"):
                async with chat.socket():
                    pass
        else:
            answer = await chat.get(f"{url}/events", headers={"Last-Event-ID": after})
            assert answer.status_code == 403
            assert "secret" not in answer.text
        switch.on = True


async def test_a_logout_closes_the_sessions_sockets_at_once_and_ends_its_cookie(chat: Any) -> None:
    await chat.channel()
    cookie, other = await signed_in(chat), await signed_in(chat)
    async with chat.socket(headers=cookie) as socket, chat.socket(headers=other) as stranger:
        await socket.ask("subscribe", channel="lab")
        await stranger.ask("subscribe", channel="lab")
        async with asyncio.timeout(2), httpx.AsyncClient(headers=cookie) as http:
            assert (await http.get(f"{chat.url}logout")).is_success
            assert await closing(socket) == CloseCode.EXPIRED
        assert (await stranger.ask("ping", t=1))["op"] == "pong"
    # Jupyter would still take the cookie: it is signed and bears its date. We remember.
    with pytest.raises(HTTPClientError, match="403"):
        async with chat.socket(headers=cookie):
            pass


async def test_a_provider_that_fails_for_a_moment_ends_nobody(
    chat: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(handler: object) -> None:  # noqa: ARG001 - the provider's interface
        raise OSError("the hub is away")

    async with chat.socket() as socket:
        await socket.ask("ping", t=1)
        monkeypatch.setattr("jupyter_agentchat.web.revalidate.owner_identity", away_owner)
        monkeypatch.setattr(chat.app.identity_provider, "get_user", away)
        await chat.extension.backend.sessions.check()
        assert (await socket.ask("ping", t=2))["op"] == "pong"
    assert "could not be asked again" in caplog.text


async def away_owner(*_: object) -> None:
    """Nobody is the owner here."""
