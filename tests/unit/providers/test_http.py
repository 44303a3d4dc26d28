from __future__ import annotations

import pytest

from jupyter_agentchat.errors import ProviderStreamError, ProviderUnavailableError
from jupyter_agentchat.providers.http import HttpClient, Reply, _is_loopback
from jupyter_agentchat.providers.timeouts import Timeouts
from jupyter_agentchat.testing.endpoint import Answer, Fault, ScriptedEndpoint, refusal

PROXIES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("llm.localhost", True),
        ("10.0.0.1", False),
        ("api.openai.com", False),
        ("127.0.0.1.example.org", False),
    ],
)
def test_loopback(host: str, *, is_loopback: bool) -> None:
    assert _is_loopback(host) == is_loopback


async def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with ScriptedEndpoint() as endpoint:
        client = HttpClient(endpoint.url, "x", Timeouts())
        reply = await client.post(b"{}", {})
        assert reply.status == 200
        assert reply.header("Content-Type") == "text/event-stream"
        assert reply.header("Absent") == ""
        await reply.close()
        await client.close()


async def test_a_proxy_is_asked_for_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    client = HttpClient("http://models.example.org/v1", "models", Timeouts())
    with pytest.raises(ProviderUnavailableError, match="cannot be reached"):
        await client.post(b"{}", {})
    await client.close()


async def read_all(reply: Reply) -> bytes:
    body = b""
    while (data := await reply.read()) is not None:
        body += data
    return body


async def test_a_body_is_read_to_its_end_or_its_break() -> None:
    answers = Answer(steps=[b"one", b"two"]), Answer(steps=[b"one", Fault.BREAK])
    async with ScriptedEndpoint(*answers) as endpoint:
        client = HttpClient(endpoint.url, "x", Timeouts())
        reply = await client.post(b"{}", {})
        assert await read_all(reply) == b"onetwo"
        await reply.close()
        broken = await client.post(b"{}", {})
        with pytest.raises(ProviderStreamError, match=r"The stream of x broke off \(\w+Error"):
            await read_all(broken)
        await broken.close()
        await client.close()


async def test_a_refusals_body_is_read_in_part_when_it_is_long_or_breaks() -> None:
    long = Answer(status=500, steps=[b"x" * 50_000] * 4)
    cut = Answer(status=500, steps=[b"said", Fault.BREAK])
    async with ScriptedEndpoint(long, cut, refusal(400, "no")) as endpoint:
        client = HttpClient(endpoint.url, "x", Timeouts())
        bodies = []
        for _ in range(3):
            reply = await client.post(b"{}", {})
            bodies.append(await reply.read_error())
            await reply.close()
        await client.close()
    assert 64 * 1024 <= len(bodies[0]) < 200_000
    assert bodies[1] in {b"said", b""}
    assert bodies[2] == b'{"error": {"message": "no"}}'
