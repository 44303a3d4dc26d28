from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_agentchat.dialects.openai.failures import ParameterError
from jupyter_agentchat.dialects.openai.shapes import Part, Said, read_model, read_request
from jupyter_agentchat.errors import InvalidInputError, InvalidJSONError, TooLargeError

SAY: list[Any] = [{"role": "user", "content": "hi"}]


def body(**fields: object) -> bytes:
    return json.dumps({"model": "m", "messages": SAY, **fields}).encode()


def test_only_the_model_is_looked_at_first() -> None:
    assert read_model(b'{"model": "m", "messages": 3}', 100) == "m"
    with pytest.raises(TooLargeError):
        read_model(body(), 10)
    with pytest.raises(InvalidJSONError):
        read_model(b"{", 10)


def test_unknown_fields_do_no_harm() -> None:
    asked = read_request(body(logprobs=True, tools=[], response_format={"type": "text"}))
    assert asked.messages == [Said("user", "hi")]
    assert not asked.includes_usage


def test_what_is_asked_of_the_answer() -> None:
    asked = read_request(body(max_tokens=9, max_completion_tokens=2, stop="x", seed=0))
    assert asked.generation() == {
        "max_tokens": 2,
        "stop": ["x"],
        "seed": 0,
        "estimate_usage": True,
    }
    assert read_request(body()).generation() == {"estimate_usage": True}
    assert read_request(body(stream_options={"include_usage": True})).includes_usage


def test_text_may_come_in_parts() -> None:
    assert Said("user", [Part("text", "a"), Part("text", "b")]).text == "ab"
    assert Said("assistant").text == ""
    with pytest.raises(ParameterError, match="image_url") as raised:
        _ = Said("user", [Part("image_url")]).text
    assert raised.value.param == "messages"


def test_a_wrong_field_is_named() -> None:
    with pytest.raises(ParameterError, match="'seed' is wrong") as raised:
        read_request(body(seed="x"))
    assert raised.value.param == "seed"
    with pytest.raises(InvalidInputError, match="The body is wrong"):
        read_request(b"[]")
