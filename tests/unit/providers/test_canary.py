"""A key that must not be found anywhere: not in an error, a traceback, a log or a repr."""

from __future__ import annotations

import json
import logging
import traceback

import pytest

from jupyter_agentchat.providers.base import Request, Turned
from jupyter_agentchat.providers.openai import OpenAIProvider
from jupyter_agentchat.providers.presets import make_provider
from jupyter_agentchat.providers.secret import Secret
from jupyter_agentchat.testing.collect import collect
from jupyter_agentchat.testing.endpoint import (
    DONE,
    Answer,
    Fault,
    ScriptedEndpoint,
    data,
    delta,
    refusal,
)

CANARY = "sk-canary-4b1d8e02"
REQUEST = Request(model="m", turns=[Turned("user", "hi")])
QUOTED = f"You sent Authorization: Bearer {CANARY}"

ANSWERS = {
    **{str(status): refusal(status, QUOTED) for status in (400, 401, 403, 404, 500, 503)},
    "429": refusal(429, QUOTED, retry_after="20"),
    "plain": Answer(status=502, steps=[QUOTED.encode()], headers={"Content-Type": "text/plain"}),
    "json": Answer(
        steps=[json.dumps({"message": QUOTED}).encode()],
        headers={"Content-Type": "application/json"},
    ),
    "reported": Answer(steps=[delta("a"), data({"error": {"message": QUOTED}})]),
    "reported 401": Answer(steps=[data({"error": {"message": QUOTED, "code": 401}})]),
    "no chunk": Answer(steps=[data(QUOTED)]),
    "cut": Answer(steps=[delta("a"), Fault.BREAK]),
    "good": Answer(steps=[delta("a", finish="stop"), DONE]),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_the_key_is_found_nowhere(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for logger in ("httpx", "httpcore", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=logger)
    async with ScriptedEndpoint(ANSWERS[name]) as endpoint:
        provider = OpenAIProvider(endpoint.url, key=Secret(CANARY), key_hint="OPENAI_API_KEY")
        _, error = await collect(provider.stream(REQUEST))
        shown = [repr(provider), str(provider)]
        await provider.close()
    assert endpoint.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert (error is None) == (name == "good")
    if error is not None:
        shown += [str(error), repr(error), *traceback.format_exception(error)]
    shown += [record.getMessage() for record in caplog.records if record.name != "test"]
    assert len(shown) > 2
    assert not [text for text in shown if CANARY in text]
    assert not [text for text in shown if "canary" in text]


async def test_the_check_can_go_red() -> None:
    """Without scrubbing, this endpoint would have got the key into an error."""
    async with ScriptedEndpoint(ANSWERS["500"]) as endpoint:
        provider = OpenAIProvider(endpoint.url)
        _, error = await collect(provider.stream(REQUEST))
        await provider.close()
    assert "•••" in str(error)
    assert CANARY in json.loads(bytes(ANSWERS["500"].steps[0]))["error"]["message"]  # type: ignore[arg-type]


async def test_a_key_from_the_environment_is_as_safe(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with ScriptedEndpoint(ANSWERS["500"]) as endpoint:
        provider = make_provider("vllm", base_url=endpoint.url, environ={"VLLM_API_KEY": CANARY})
        _, error = await collect(provider.stream(REQUEST))
        await provider.close()
    assert endpoint.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    assert CANARY not in repr(provider) + str(error) + caplog.text
