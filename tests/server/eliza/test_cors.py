"""Pages of another origin: preflights and headers, as the operator allows them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

PAGE = "https://app.example.org"
URL = "eliza/api/messaging/channels/room/messages"
ASK = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type",
}
ALLOWED = "access-control-allow-origin"


async def preflight(chat: Any, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"{chat.url}agentchat/") as http:
        return await http.options(URL, headers={**ASK, **headers})


@pytest.fixture
def server_app() -> dict[str, Any]:
    return {}


@pytest.fixture
def jp_server_config(
    jp_server_config: dict[str, Any], server_app: dict[str, Any]
) -> dict[str, Any]:
    own = {**jp_server_config["ServerApp"], **server_app}
    return {**jp_server_config, "ServerApp": own}


async def test_by_default_no_page_is_allowed(chat: Any) -> None:
    answer = await preflight(chat)
    assert answer.status_code == 403
    assert ALLOWED not in answer.headers
    assert "allow_origin" in answer.json()["error"]


async def test_a_token_may_come_from_anywhere_as_in_jupyter(chat: Any) -> None:
    answer = await chat.post(URL, {"text": "x"}, headers={"Origin": PAGE})
    assert answer.status_code == 201
    assert answer.headers[ALLOWED] == PAGE
    assert "access-control-allow-credentials" not in answer.headers


class TestOneOrigin:
    @pytest.fixture
    def server_app(self) -> dict[str, Any]:
        return {"allow_origin": PAGE, "allow_credentials": True}

    async def test_a_page_that_is_allowed_asks_and_sends(self, chat: Any) -> None:
        answer = await preflight(chat)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers[ALLOWED] == PAGE
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "POST" in answer.headers["access-control-allow-methods"]
        allowed = answer.headers["access-control-allow-headers"].split(", ")
        assert {"authorization", "content-type", "x-api-key", "x-xsrftoken"} <= set(allowed)
        assert "Origin" in answer.headers["vary"]
        sent = await chat.post(URL, {"text": "x", "mode": "sync"}, headers={"Origin": PAGE})
        assert sent.status_code == 201
        assert sent.headers[ALLOWED] == PAGE

    async def test_it_can_read_refusals(self, chat: Any) -> None:
        wrong = await chat.post(URL, {}, headers={"Origin": PAGE})
        assert (wrong.status_code, wrong.headers[ALLOWED]) == (400, PAGE)
        async with httpx.AsyncClient(base_url=f"{chat.url}agentchat/") as http:
            nobody = await http.get(URL, headers={"Origin": PAGE})
        assert (nobody.status_code, nobody.headers[ALLOWED]) == (403, PAGE)

    async def test_other_pages_are_refused(self, chat: Any) -> None:
        for origin in ("https://evil.org", f"{PAGE}.evil.org", "null", PAGE.replace("s:", ":")):
            answer = await preflight(chat, Origin=origin)
            assert answer.status_code == 403, origin
            assert ALLOWED not in answer.headers
            sent = await chat.post(URL, {"text": "x"}, headers={"Origin": origin})
            assert ALLOWED not in sent.headers

    async def test_streams_are_readable_too(self, chat: Any) -> None:
        body = {"text": "x", "mode": "stream"}
        async with chat.sse(URL, "POST", json=body, headers={"Origin": PAGE}) as sse:
            assert sse.response.headers[ALLOWED] == PAGE
            assert (await sse.until("done"))[-1]["data"]["text"] == "Hello there"

    async def test_a_cookie_from_there_still_needs_the_xsrf_token(self, chat: Any) -> None:
        async with httpx.AsyncClient() as http:
            token = chat.app.identity_provider.token
            await http.get(f"{chat.url}login")
            await http.get(f"{chat.url}api/status", params={"token": token})
            url = f"{chat.url}agentchat/{URL}"
            refused = await http.post(url, json={"text": "x"}, headers={"Origin": PAGE})
            assert refused.status_code == 403
            headers = {"Origin": PAGE, "X-XSRFToken": http.cookies["_xsrf"]}
            assert (await http.post(url, json={"text": "x"}, headers=headers)).status_code == 201


class TestPattern:
    @pytest.fixture
    def server_app(self) -> dict[str, Any]:
        return {"allow_origin_pat": r"https://.*\.example\.org"}

    async def test_the_whole_origin_has_to_match(self, chat: Any) -> None:
        for origin, status in (
            (PAGE, 204),
            ("https://a.b.example.org", 204),
            ("https://app.example.org.evil.com", 403),
            ("http://app.example.org", 403),
        ):
            answer = await preflight(chat, Origin=origin)
            assert answer.status_code == status, origin


class TestAnyOrigin:
    @pytest.fixture
    def server_app(self) -> dict[str, Any]:
        return {"allow_origin": "*"}

    async def test_everybody_without_credentials(self, chat: Any) -> None:
        answer = await preflight(chat)
        assert (answer.status_code, answer.headers[ALLOWED]) == (204, "*")
        assert "access-control-allow-credentials" not in answer.headers


async def test_an_api_key_is_the_servers_token(chat: Any) -> None:
    token = chat.app.identity_provider.token
    async with httpx.AsyncClient(base_url=f"{chat.url}agentchat/") as http:
        good = await http.get("eliza/api/agents", headers={"X-API-KEY": token})
        assert good.status_code == 200
        assert not http.cookies
        bad = await http.get("eliza/api/agents", headers={"X-API-KEY": "wrong"})
        assert (bad.status_code, bad.json()["success"]) == (403, False)
