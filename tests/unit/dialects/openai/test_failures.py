from __future__ import annotations

import json

import pytest

from jupyter_agentchat.dialects.openai.failures import encode_refusal, refusal, status_of
from jupyter_agentchat.protocol.model import ErrorInfo


@pytest.mark.parametrize(
    ("code", "status", "kind", "told"),
    [
        ("agent_not_found", 404, "invalid_request_error", "agent_not_found"),
        ("rate_limited", 429, "rate_limit_error", "rate_limit_exceeded"),
        ("agent_failed", 500, "server_error", "agent_failed"),
        ("provider_auth", 502, "server_error", "provider_auth"),
        ("forbidden", 403, "permission_error", "forbidden"),
        ("of another world", 500, "server_error", "of another world"),
    ],
)
def test_each_error_has_its_status_and_type(code: str, status: int, kind: str, told: str) -> None:
    info = ErrorInfo(code=code, message="A sentence.")
    assert status_of(info) == status
    refused = refusal(info, status, "model")
    assert json.loads(encode_refusal(refused)) == {
        "error": {"message": "A sentence.", "type": kind, "param": "model", "code": told}
    }
