from __future__ import annotations

import asyncio

import httpx
import pytest

from jupyter_agentchat.client import credential
from jupyter_agentchat.client.credential import read_token
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.http import Http
from jupyter_agentchat.errors import ForbiddenError, UnavailableError


async def later() -> str:
    return "asynchronous"


async def test_a_token_is_text_or_a_callable_plain_or_asynchronous() -> None:
    assert await read_token("text") == "text"
    assert await read_token(lambda: "plain") == "plain"
    assert await read_token(later) == "asynchronous"


async def test_a_callable_that_fails_says_how() -> None:
    def broken() -> str:
        raise KeyError("VAULT_TOKEN")

    with pytest.raises(UnavailableError, match="token= failed: KeyError: 'VAULT_TOKEN'"):
        await read_token(broken)
    with pytest.raises(UnavailableError, match="returned int and no text"):
        await read_token(lambda: 3)  # type: ignore[arg-type, return-value]


async def test_a_callable_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credential, "READING_S", 0.01)

    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    with pytest.raises(UnavailableError, match="took longer"):
        await read_token(never)


async def test_a_request_reads_an_expired_token_again_and_once() -> None:
    tokens = iter(["old", "new", "wrong", "wrong too"])
    good = {"token old"}
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["Authorization"])
        if asked[-1] in good:
            return httpx.Response(200, content=b"{}")
        body = b'{"error":{"code":"forbidden","message":"No.","retry":false}}'
        return httpx.Response(403, content=body)

    http = Http(Server("http://h/", token=lambda: next(tokens)))
    http._client = httpx.AsyncClient(base_url="http://h/", transport=httpx.MockTransport(answer))
    await http.request("GET", "health")
    good.clear()
    good.add("token new")
    await http.request("GET", "health")
    assert asked == ["token old", "token old", "token new"]
    good.clear()
    with pytest.raises(ForbiddenError):
        await http.request("GET", "health")
    assert asked[3:] == ["token new", "token wrong"]
    await http.close()
