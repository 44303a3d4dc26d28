"""Refusals in OpenAI's form."""

from __future__ import annotations

from typing import Any

import pytest

SAY: list[Any] = [{"role": "user", "content": "hi"}]
URL = "openai/v1/chat/completions"


async def refused(chat: Any, status: int, body: object, **kw: Any) -> dict[str, Any]:
    answer = await chat.http.post(URL, json=body, **kw)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"error"}
    error: dict[str, Any] = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert len(error["message"]) > 20
    return error


async def test_an_unknown_model_is_told_before_anything_else(chat: Any) -> None:
    error = await refused(chat, 404, {"model": "gpt-9", "messages": "nonsense", "n": 3})
    assert "gpt-9" in error["message"]
    assert (error["type"], error["code"]) == ("invalid_request_error", "model_not_found")
    assert error["param"] == "model"
    assert (await chat.get("api/channels?unlisted=true")).json() == {"channels": []}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"messages": SAY}, "model"),
        ({"model": 3, "messages": SAY}, "model"),
        ({"model": "hello"}, "messages"),
        ({"model": "hello", "messages": []}, "messages"),
        ({"model": "hello", "messages": [{"role": "pope", "content": "x"}]}, "messages"),
        ({"model": "hello", "messages": [{"role": "assistant", "content": "x"}]}, "messages"),
        (
            {"model": "hello", "messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            "messages",
        ),
        ({"model": "hello", "messages": SAY, "n": 2}, "n"),
        ({"model": "hello", "messages": SAY, "n": 0}, "n"),
        ({"model": "hello", "messages": SAY, "max_tokens": 0}, "max_tokens"),
        ({"model": "hello", "messages": SAY, "max_tokens": "ten"}, "max_tokens"),
        ({"model": "hello", "messages": SAY, "stop": ["a"] * 5}, "stop"),
        ({"model": "hello", "messages": SAY, "stop": ""}, "stop"),
        ({"model": "hello", "messages": SAY, "temperature": "hot"}, "temperature"),
        ({"model": "hello", "messages": SAY, "stream": "yes"}, "stream"),
        ({"model": "hello", "messages": SAY, "metadata": 1}, "metadata"),
    ],
    ids=str,
)
async def test_a_wrong_field_is_named(chat: Any, body: Any, param: str) -> None:
    error = await refused(chat, 400, body)
    assert error["param"] == param
    assert error["type"] == "invalid_request_error"
    assert (await chat.get("api/channels?unlisted=true")).json() == {"channels": []}


async def test_what_is_no_json_is_told(chat: Any) -> None:
    for content in (b"", b"{", b"\xff"):
        answer = await chat.http.post(URL, content=content)
        assert answer.status_code == 400
        assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_a_blank_question_leaves_no_channel_behind(chat: Any) -> None:
    body = {"model": "hello", "messages": [{"role": "user", "content": " "}]}
    error = await refused(chat, 400, body)
    assert error["code"] == "empty_message"
    assert (await chat.get("api/channels?unlisted=true")).json() == {"channels": []}


async def test_a_wrong_channel_is_told(chat: Any) -> None:
    body = {"model": "hello", "messages": SAY}
    await refused(chat, 400, body, headers={"X-Agentchat-Channel": "a/b"})


async def test_who_is_not_signed_in_gets_the_same_form(chat: Any) -> None:
    for headers in ({"Authorization": "Bearer wrong"}, {"Authorization": ""}):
        error = await refused(chat, 403, {"model": "hello", "messages": SAY}, headers=headers)
        assert error["type"] == "permission_error"
    answer = await chat.get("openai/v1/models", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 403
    assert answer.json()["error"]["type"] == "permission_error"


async def test_the_jupyter_token_as_a_bearer_is_enough(chat: Any) -> None:
    token = chat.headers["Authorization"].removeprefix("token ")
    answer = await chat.http.post(
        URL,
        json={"model": "hello", "messages": SAY},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.json()["choices"][0]["message"]["content"] == "Hello there"


class TestOtherOrigins:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        jp_server_config["ServerApp"]["allow_origin"] = "https://page.example"
        return jp_server_config

    async def test_a_page_of_an_allowed_origin_may_ask(self, chat: Any) -> None:
        asks = {"Origin": "https://page.example", "Access-Control-Request-Method": "POST"}
        preflight = await chat.http.request("OPTIONS", URL, headers={**asks, "Authorization": ""})
        assert preflight.status_code == 204
        taken = preflight.headers["access-control-allow-headers"].lower()
        assert {"authorization", "x-stainless-os", "x-agentchat-channel"} <= set(taken.split(", "))
        for model, status in (("hello", 200), ("nobody", 404)):
            answer = await chat.http.post(
                URL, json={"model": model, "messages": SAY}, headers={"Origin": asks["Origin"]}
            )
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == "https://page.example"
            exposed = answer.headers["access-control-expose-headers"].lower()
            assert "x-agentchat-stream" in exposed


class TestLimits:
    @pytest.fixture
    def agentchat_config(self) -> dict[str, Any]:
        return {"sends_per_minute": 1}

    async def test_too_many_calls_are_told_to_wait(self, chat: Any) -> None:
        body = {"model": "hello", "messages": SAY}
        assert (await chat.http.post(URL, json=body)).status_code == 200
        error = await refused(chat, 429, body)
        assert (error["type"], error["code"]) == ("rate_limit_error", "rate_limit_exceeded")
        answer = await chat.http.post(URL, json=body)
        assert answer.headers["x-should-retry"] == "true"
