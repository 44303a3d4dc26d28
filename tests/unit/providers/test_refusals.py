from __future__ import annotations

import json

import pytest

from jupyter_agentchat.errors import (
    ModelNotFoundError,
    ProviderAuthError,
    ProviderError,
    ProviderRateLimitError,
    ProviderStreamError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from jupyter_agentchat.providers.refusals import Endpoint
from jupyter_agentchat.providers.secret import Secret

ENDPOINT = Endpoint(who="vllm (http://x/v1)", key=Secret("canary-1f3a"), key_hint="VLLM_API_KEY")


def refused(status: int, body: object = "", retry_after: str = "") -> ProviderError:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ENDPOINT.refused(status, data, model="llama9", retry_after=retry_after)


def test_wrong_keys() -> None:
    for status in (401, 403):
        error = refused(status, {"error": {"message": "Incorrect key canary-1f3a"}})
        assert type(error) is ProviderAuthError
        assert error.message == (
            f"vllm (http://x/v1) refused the key (HTTP {status}); set VLLM_API_KEY."
        )
        assert not error.retry


def test_an_unknown_model() -> None:
    error = refused(404, {"error": {"message": "model not found, try pulling it first."}})
    assert type(error) is ModelNotFoundError
    assert error.message == (
        "vllm (http://x/v1) does not have this model (HTTP 404), 'llama9': "
        "model not found, try pulling it first."
    )


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("20", ", for 20 s"),
        ("0.5", ", for 0.5 s"),
        ("Wed, 21 Oct 2026 07:28:00 GMT", ", until Wed, 21 Oct 2026 07:28:00 GMT"),
        ("", ""),
        ("canary-1f3a", ", until •••"),
    ],
)
def test_a_rate_limit_tells_how_long_to_wait(retry_after: str, wait: str) -> None:
    error = refused(429, {"error": "busy"}, retry_after)
    assert type(error) is ProviderRateLimitError
    assert error.message == f"vllm (http://x/v1) asks to slow down (HTTP 429){wait}: busy."
    assert error.retry


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, ProviderUnavailableError),
        (503, ProviderUnavailableError),
        (504, ProviderTimeoutError),
        (408, ProviderTimeoutError),
        (400, ProviderError),
        (413, ProviderError),
        (302, ProviderError),
        (204, ProviderError),
    ],
)
def test_other_refusals(status: int, kind: type[ProviderError]) -> None:
    error = refused(status, {"message": "prompt too long"})
    assert type(error) is kind
    assert f"(HTTP {status})" in error.message
    assert error.message.endswith(": prompt too long.")


@pytest.mark.parametrize(
    ("body", "quoted"),
    [
        ({"error": {"message": "a"}}, ": a."),
        ({"error": "b"}, ": b."),
        ({"message": "c"}, ": c."),
        ({"detail": "d"}, ": d."),
        ({"detail": [{"loc": ["body"]}]}, ")."),
        ({}, ")."),
        ([], ")."),
        (b"plain  words\n", ": plain words."),
        (b"<html><h1>Bad Gateway</h1>", ")."),
        (b"", ")."),
        (b"\xff\xfe", ": \ufffd\ufffd."),
        ({"error": {"message": "x" * 1000}}, "…."),
        ({"error": {"message": "key canary-1f3a is bad"}}, ": key ••• is bad."),
    ],
)
def test_the_endpoints_own_words_are_quoted_scrubbed_and_short(body: object, quoted: str) -> None:
    error = refused(500, body)
    assert error.message.endswith(quoted)
    assert len(error.message) < 400
    assert "canary" not in error.message


def test_a_failure_inside_the_stream() -> None:
    error = ENDPOINT.failed(None, "out of memory", model="m")
    assert type(error) is ProviderStreamError
    assert error.message == (
        "vllm (http://x/v1) failed in the middle of its answer: out of memory."
    )
    assert type(ENDPOINT.failed(429, "slow", model="m")) is ProviderRateLimitError


def test_a_success_that_is_no_stream() -> None:
    error = ENDPOINT.no_stream("text/html", b"<html>")
    assert type(error) is ProviderStreamError
    assert error.message == (
        "vllm (http://x/v1) answered with text/html, not with an event stream; "
        "is the base URL right?"
    )
