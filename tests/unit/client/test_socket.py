"""Refusals and time-outs of the socket; its life is tested in `tests/server/test_client*`."""

from __future__ import annotations

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.client.socket import Socket, _refusal
from jupyter_agentchat.errors import (
    AgentChatError,
    DisconnectedError,
    ForbiddenError,
    ServerNotFoundError,
    UnavailableError,
)
from jupyter_agentchat.protocol.commands import Ping


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


async def test_a_closed_socket_says_so() -> None:
    lost: list[AgentChatError] = []
    socket = Socket(Server("http://h/"), lambda *_: None, lambda: None, lost.append)
    await socket.close()
    with pytest.raises(DisconnectedError, match="closed"):
        await socket.ask(Ping(t=0))
    assert [type(error) for error in lost] == [DisconnectedError]
