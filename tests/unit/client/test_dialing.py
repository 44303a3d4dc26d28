"""Refusals of a handshake; the rest of it is tested on servers in `tests/server/test_client*`."""

from __future__ import annotations

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_agentchat.client.dialing import StayAwayError, _refusal, ending
from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    ForbiddenError,
    ServerNotFoundError,
    UnavailableError,
)
from jupyter_agentchat.protocol.close_codes import STAY_AWAY, CloseCode


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (401, ForbiddenError, "refused the credentials"),
        (403, ForbiddenError, "refused the credentials"),
        (404, ServerNotFoundError, "no agentchat extension"),
        (302, ServerNotFoundError, "no agentchat extension"),
        (503, UnavailableError, "starting or stopping"),
        (599, ServerNotFoundError, "No Jupyter server answers"),
    ],
)
def test_each_refusal_says_what_to_do(status: int, kind: type[AgentChatError], says: str) -> None:
    error = _refusal("http://h/", HTTPClientError(status, "Timeout"))
    assert type(error) is kind
    assert says in error.message
    assert "http://h/" in error.message


@pytest.mark.parametrize("code", list(CloseCode))
def test_a_close_code_says_why_and_whether_to_come_back(code: CloseCode) -> None:
    error = ending(int(code), code.reason)
    assert isinstance(error, StayAwayError) is (code in STAY_AWAY)
    assert error.retry is (code not in STAY_AWAY)
    assert error.message == f"{code.reason} (code {int(code)})"


def test_a_connection_that_just_broke_says_so() -> None:
    assert ending(None, None).message == "The connection broke."
    assert type(ending(1006, None)) is DisconnectedError
