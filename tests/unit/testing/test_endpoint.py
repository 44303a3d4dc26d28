from __future__ import annotations

import asyncio

import httpx
import pytest

from jupyter_agentchat.testing.endpoint import (
    Answer,
    Fault,
    ScriptedEndpoint,
    delta,
    good_answer,
    refusal,
)


async def test_a_good_answer_ends_with_usage_and_done() -> None:
    async with ScriptedEndpoint(good_answer("a", "b")) as endpoint, httpx.AsyncClient() as client:
        response = await client.post(f"{endpoint.url}/chat/completions", json={"k": 1})
        assert response.headers["content-type"] == "text/event-stream"
        assert response.text.count("data: ") == 5
        assert '"completion_tokens": 2' in response.text
        assert response.text.endswith("data: [DONE]\n\n")
        received = endpoint.requests[0]
        assert (received.path, received.body) == ("/v1/chat/completions", {"k": 1})


async def test_answers_follow_each_other_and_the_last_one_stays() -> None:
    answers = refusal(429, "slow", retry_after="20"), good_answer("a")
    async with ScriptedEndpoint(*answers) as endpoint, httpx.AsyncClient() as client:
        got = [await client.post(endpoint.url, json={}) for _ in range(3)]
    assert [response.status_code for response in got] == [429, 200, 200]
    assert got[0].headers["retry-after"] == "20"
    assert got[0].json() == {"error": {"message": "slow"}}
    assert {received.connection for received in endpoint.requests} == {0}


async def test_it_can_break_off() -> None:
    answer = Answer(steps=[delta("a"), Fault.BREAK])
    async with ScriptedEndpoint(answer) as endpoint, httpx.AsyncClient() as client:
        with pytest.raises(httpx.HTTPError):
            await client.post(endpoint.url, json={})


async def test_it_notices_a_client_that_hangs_up() -> None:
    answer = Answer(steps=[delta("a"), asyncio.Event()])
    async with ScriptedEndpoint(answer) as endpoint, httpx.AsyncClient() as client:
        async with client.stream("POST", endpoint.url, json={}) as response:
            assert await anext(response.aiter_bytes()) == delta("a")
            assert not endpoint.hung_up.is_set()
        await asyncio.wait_for(endpoint.hung_up.wait(), 5)
