from __future__ import annotations

import pytest
from tornado.web import HTTPError

from jupyter_agentchat.errors import AgentChatError, ChannelNotFoundError, UnavailableError
from jupyter_agentchat.web.failures import explain, info_of


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ChannelNotFoundError("There is none."), 404, "channel_not_found"),
        (UnavailableError("Later."), 503, "unavailable"),
        (HTTPError(403), 403, "forbidden"),
        (HTTPError(404, "log message", reason="Teapot"), 404, "not_found"),
        (HTTPError(405), 405, "method_not_allowed"),
        (HTTPError(418), 418, "internal"),
        (ZeroDivisionError("secret"), 500, "internal"),
        (None, 413, "message_too_large"),
    ],
)
def test_every_error_has_a_code_and_a_sentence(
    error: BaseException | None, status: int, code: str
) -> None:
    found, info = explain(error, status if error is None else 500)
    assert (found, info.code) == (status, code)
    assert info.message
    assert "secret" not in info.message
    assert "Teapot" not in info.message


def test_our_own_errors_speak_for_themselves() -> None:
    info = info_of(UnavailableError("Later."))
    assert (info.code, info.message, info.retry) == ("unavailable", "Later.", True)
    assert info_of(AgentChatError()).message == "internal"
    assert "secret" not in info_of(KeyError("secret")).message


def test_a_missing_xsrf_token_is_named() -> None:
    _, info = explain(HTTPError(403, "'_xsrf' argument missing from POST"), 500)
    assert "X-XSRFToken" in info.message
