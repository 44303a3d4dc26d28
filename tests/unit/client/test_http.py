from __future__ import annotations

import httpx
import pytest

from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.http import Http
from jupyter_agentchat.errors import AgentNotFoundError, DisconnectedError

SERVER = Server("http://h/base/", token="t")


def answering(status: int, body: bytes) -> Http:
    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "http://h/base/agentchat/api/agents?limit=1"
        assert request.headers["Authorization"] == "token t"
        return httpx.Response(status, content=body)

    http = Http(SERVER)
    http._client = httpx.AsyncClient(
        base_url=http._client.base_url,
        transport=httpx.MockTransport(answer),
    )
    return http


async def ask(http: Http) -> bytearray:
    return await http.request("GET", "api/agents", params={"limit": 1})


async def test_a_body_comes_back_as_it_is() -> None:
    assert await ask(answering(200, b"{}")) == b"{}"


async def test_an_error_of_ours_is_raised_as_what_it_is() -> None:
    body = b'{"error":{"code":"agent_not_found","message":"Who?","retry":false}}'
    with pytest.raises(AgentNotFoundError, match=r"^Who\?$"):
        await ask(answering(404, body))


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (502, b"<html>", r"HTTP 502 \(Bad Gateway\)"),
        (500, b'{"message": "not ours"}', "HTTP 500"),
        (599, b"\xff", r"HTTP 599 \(an error\)"),
    ],
    ids=["proxy", "jupyter", "garbage"],
)
async def test_an_error_of_somebody_else_is_told_with_its_status(
    status: int, body: bytes, says: str
) -> None:
    with pytest.raises(DisconnectedError, match=says):
        await ask(answering(status, body))


async def test_a_server_that_is_gone_or_a_client_that_is_closed() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    http = Http(SERVER)
    http._client = httpx.AsyncClient(
        base_url="http://h/base/agentchat/", transport=httpx.MockTransport(broken)
    )
    with pytest.raises(DisconnectedError, match="refused"):
        await ask(http)
    await http.close()
    with pytest.raises(DisconnectedError, match="closed"):
        await ask(http)
