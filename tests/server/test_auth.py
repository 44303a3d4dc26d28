"""Who gets in: generated from the handlers that are registered, not from a list by hand."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from jupyter_server.auth import Authorizer
from jupyter_server.auth.security import passwd
from tornado.httpclient import HTTPClientError
from tornado.web import Application, RequestHandler

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CANARY = "canary0123456789"


def routes(app: Application) -> Iterator[str]:
    """Yield an address for every registered route under our prefix."""
    for rule in app.wildcard_router.rules + app.default_router.rules:
        for inner in getattr(rule.target, "rules", [rule]):
            pattern = getattr(inner.matcher, "regex", None)
            if pattern is not None and "/agentchat" in pattern.pattern:
                path = pattern.pattern.removesuffix("$")
                path = path.replace("/?", "").replace("(?:/.*)?", "/nothing")
                yield re.sub(r"\([^)]*\)", "x", path)


async def refused(chat: Any, headers: dict[str, str]) -> dict[str, int]:
    """Return every (verb, route) that did not answer 403 in JSON, with its status."""
    base = chat.url.removesuffix(urlsplit(chat.url).path)
    found = list(routes(chat.app.web_app))
    assert len(found) >= 14
    out = {}
    async with httpx.AsyncClient(headers=headers) as http:
        for path in found:
            for verb in VERBS:
                answer = await http.request(verb, base + path)
                is_json = verb == "HEAD" or answer.headers.get("content-type") == "application/json"
                if answer.status_code != 403 or not is_json:
                    out[f"{verb} {path}"] = answer.status_code
    return out


async def test_nobody_gets_nothing_anywhere(chat: Any) -> None:
    assert await refused(chat, {}) == {}
    assert await refused(chat, {"Authorization": "token wrong"}) == {}
    assert await refused(chat, {"X-Agentchat-Secret": "wrong"}) == {}


async def test_the_checker_finds_a_planted_hole(chat: Any) -> None:
    class Hole(RequestHandler):
        def get(self) -> None:
            self.finish("come in")

    path = f"{urlsplit(chat.url).path}agentchat/hole"
    chat.app.web_app.add_handlers(".*$", [(path, Hole)])
    rules = chat.app.web_app.default_router.rules
    rules.insert(0, rules.pop(-2))  # before our own catch-all
    found = await refused(chat, {})
    assert found[f"GET {path}"] == 200
    assert all(line.endswith(path) for line in found)


async def test_a_socket_is_refused_before_any_frame(chat: Any) -> None:
    with pytest.raises(HTTPClientError) as refusal:
        async with chat.socket(headers={}):
            pass
    assert refusal.value.code == 403


class Forbidding(Authorizer):
    """Allows what it is told to."""

    allowed: frozenset[str] = frozenset()
    asked: list[tuple[str, str]]

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:  # noqa: ARG002
        self.asked.append((action, resource))
        return action in self.allowed


@pytest.fixture
def authorizer(chat: Any) -> Forbidding:
    authorizer = Forbidding()
    authorizer.asked = []
    chat.app.web_app.settings["authorizer"] = authorizer
    return authorizer


async def test_the_authoriser_has_the_word_on_every_verb(chat: Any, authorizer: Forbidding) -> None:
    assert await refused(chat, chat.headers) == {}
    assert set(authorizer.asked) == {
        ("read", "agentchat"),
        ("write", "agentchat"),
        ("execute", "agentchat"),
    }


async def test_readers_may_read_and_no_more(chat: Any, authorizer: Forbidding) -> None:
    authorizer.allowed = frozenset({"read"})
    assert (await chat.get("api/channels")).status_code == 200
    assert (await chat.post("api/channels", {"id": "x"})).status_code == 403
    with pytest.raises(HTTPClientError) as refusal:
        async with chat.socket():
            pass
    assert refusal.value.code == 403


async def test_token_and_secret_are_one_owner_and_set_no_cookie(chat: Any) -> None:
    secret = {"X-Agentchat-Secret": chat.extension.backend.secret}
    query = {"token": chat.app.identity_provider.token}
    bearer = {"Authorization": f"Bearer {chat.app.identity_provider.token}"}
    await chat.channel(agents=[])
    for headers, params in ((chat.headers, {}), (bearer, {}), ({}, query), (secret, {})):
        async with httpx.AsyncClient(base_url=f"{chat.url}agentchat/", headers=headers) as http:
            for _ in range(2):
                answer = await http.post(
                    "api/channels/lab/messages", params=params, json={"text": "x"}
                )
                author = answer.json()["message"]["author"]
                assert author == {"id": "owner", "kind": "user", "name": "owner"}
            assert "username" not in str(dict(http.cookies))
    async with chat.socket(headers=secret) as socket:
        await socket.say("hello", protocol=1)
        assert (await socket.hear())["user"]["id"] == "owner"


async def test_the_secret_opens_our_routes_alone(chat: Any) -> None:
    headers = {"X-Agentchat-Secret": chat.extension.backend.secret}
    async with httpx.AsyncClient(headers=headers) as http:
        assert (await http.get(f"{chat.url}api/contents")).status_code == 403
        assert (await http.get(f"{chat.url}agentchat/health")).status_code == 200


@asynccontextmanager
async def browser(chat: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client that signed in as a browser does, with cookies."""
    async with httpx.AsyncClient() as http:
        token = chat.app.identity_provider.token
        await http.get(f"{chat.url}login")
        await http.get(f"{chat.url}api/status", params={"token": token})
        assert "_xsrf" in http.cookies
        yield http


async def test_cookie_users_stay_themselves_and_need_the_xsrf_token(chat: Any) -> None:
    await chat.channel(agents=[])
    url = f"{chat.url}agentchat/api/channels/lab/messages"
    async with browser(chat) as http:
        refused = await http.post(url, json={"text": "x"})
        assert refused.status_code == 403
        assert "X-XSRFToken" in refused.json()["error"]["message"]
        headers = {"X-XSRFToken": http.cookies["_xsrf"]}
        first = (await http.post(url, json={"text": "x"}, headers=headers)).json()
        second = (await http.post(url, json={"text": "y"}, headers=headers)).json()
        with_token = await http.post(url, json={"text": "z"}, headers=chat.headers)
    author = first["message"]["author"]
    assert author["id"] != "owner"
    assert second["message"]["author"] == author
    assert with_token.json()["message"]["author"] == author


def origins(chat: Any) -> dict[str, bool]:
    """Return origins and whether a cookie may be used from there."""
    host = urlsplit(chat.url).netloc
    name, _, port = host.partition(":")
    return {
        f"http://{host}": True,
        f"https://{host}": True,
        f"HTTP://{host}": True,
        f"http://{host}.evil.example": False,
        f"http://evil.example/{host}": False,
        f"http://evil-{host}": False,
        f"http://{name}": False,
        f"http://{name}:1{port}": False,
        f"http://{name}.:{port}": False,
        f"http://user@{host}": False,
        f"http://{host}@evil.example": False,
        f"ftp://{host}": False,
        f"file://{host}": False,
        f"//{host}": False,
        host: False,
        "null": False,
        "": False,
        "http://evil.example": False,
        "http://localhost:1": False,
        f"http://{host}, http://evil.example": False,
    }


async def test_a_cookie_needs_our_own_origin(chat: Any) -> None:
    await chat.channel()
    async with browser(chat) as http:
        cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
        for origin, expected in origins(chat).items():
            headers = {"Cookie": cookie, "Origin": origin}
            answer = await http.get(f"{chat.url}agentchat/health", headers={"Origin": origin})
            assert (answer.status_code == 200) is expected, origin
            assert await opens(chat, headers) is expected, origin
        assert await opens(chat, {"Cookie": cookie}) is False
        assert (await http.get(f"{chat.url}agentchat/health")).status_code == 200
        cross = {"Sec-Fetch-Site": "cross-site"}
        assert (await http.get(f"{chat.url}agentchat/health", headers=cross)).status_code == 403


async def test_a_token_needs_no_origin(chat: Any) -> None:
    assert await opens(chat, chat.headers)
    assert await opens(chat, {**chat.headers, "Origin": "http://evil.example"})


async def opens(chat: Any, headers: dict[str, str]) -> bool:
    try:
        async with chat.socket(headers=headers) as socket:
            await socket.ask("ping", t=1)
            return True
    except HTTPClientError as error:
        if error.code == 403:
            return False
        raise


class TestCanary:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        return {**jp_server_config, "IdentityProvider": {"token": CANARY}}

    async def test_neither_token_nor_secret_is_logged(
        self, chat: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken() -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(chat.service, "agents", broken)
        secret = chat.extension.backend.secret
        query = {"token": CANARY}
        for headers in ({}, {"X-Agentchat-Secret": secret, "Referer": f"http://a/?token={CANARY}"}):
            async with httpx.AsyncClient(base_url=chat.url, headers=headers) as http:
                for path in ("health", "api/agents", "api/no", "ws", "api/channels/no/events"):
                    await http.get(f"agentchat/{path}", params=query)
                    await http.post(f"agentchat/{path}", params=query, content=b"{")
        async with chat.socket() as socket:
            await socket.ask("dance")
        assert "api/agents failed" in caplog.text
        ours = [r for r in caplog.records if "open this file in a browser" not in r.getMessage()]
        for record in ours:
            line = record.getMessage() + (record.exc_text or "")
            assert CANARY not in line, line
            assert secret not in line, line


@pytest.mark.parametrize("base_url", ["/", "/user/anna%40lab/"])
class TestBaseUrl:
    @pytest.fixture
    def jp_base_url(self, base_url: str) -> str:
        return base_url

    async def test_all_faces_are_under_the_base_url(self, chat: Any, base_url: str) -> None:
        assert chat.url.endswith(base_url)
        url = await chat.channel()
        await chat.send("hi", mode="sync")
        async with chat.sse(f"{url}/events") as sse:
            assert (await sse.until("subscribed"))[0]["data"]["channel"] == "lab"
        async with chat.socket() as socket:
            assert (await socket.ask("subscribe", channel="lab"))["op"] == "subscribed"


class TestOpenServer:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        return {
            **jp_server_config,
            "IdentityProvider": {"token": ""},
            "ServerApp": {**jp_server_config["ServerApp"], "token": ""},
        }

    async def test_without_sign_in_everyone_is_the_owner_but_foreign_pages(self, chat: Any) -> None:
        assert not chat.app.identity_provider.auth_enabled
        assert await opens(chat, {})
        assert not await opens(chat, {"Origin": "http://evil.example"})
        async with httpx.AsyncClient(base_url=f"{chat.url}agentchat/") as http:
            assert (await http.get("health")).status_code == 200
            assert (await http.post("api/channels", json={})).status_code == 403
            cross = {"Sec-Fetch-Site": "cross-site"}
            assert (await http.get("health", headers=cross)).status_code == 403


class TestPassword:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        hashed = passwd("open sesame", algorithm="sha1")  # type: ignore[no-untyped-call]
        return {
            **jp_server_config,
            "IdentityProvider": {"token": ""},
            "PasswordIdentityProvider": {"token": "", "hashed_password": hashed},
        }

    async def test_with_a_password_kernels_still_get_in(self, chat: Any) -> None:
        assert not chat.app.identity_provider.token
        async with httpx.AsyncClient(base_url=f"{chat.url}agentchat/") as http:
            assert (await http.get("health")).status_code == 403
            headers = {"X-Agentchat-Secret": chat.extension.backend.secret}
            assert (await http.get("health", headers=headers)).status_code == 200
        async with httpx.AsyncClient(follow_redirects=False) as http:
            await http.get(f"{chat.url}login")
            form = {"password": "open sesame", "_xsrf": http.cookies["_xsrf"]}
            await http.post(f"{chat.url}login", data=form)
            assert (await http.get(f"{chat.url}agentchat/health")).status_code == 200
