"""Several users of one server, as a hub would tell them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from jupyter_server.auth import Authorizer, IdentityProvider, User

from jupyter_agentchat.agents.base import Chunk, Emitted, Source
from jupyter_agentchat.testing.agents import ScriptedAgent

CITES: list[Emitted] = [
    Source({"name": "A page", "url": "https://example.org"}),
    Chunk("Hm. ", "reasoning"),
    *("a", "b", "c", "d", "e"),
]
As = Callable[[str], httpx.AsyncClient]


class ByHeader(IdentityProvider):
    """Who asks stands in a header, or in the address where a client sends no header again."""

    def get_user(self, handler: Any) -> User | None:
        name = handler.request.headers.get("X-User") or handler.get_query_argument("user", "")
        return User(username=name, name=name.title(), display_name=name.title()) if name else None

    def is_token_authenticated(self, handler: object) -> bool:  # noqa: ARG002 - its interface
        return True


class Roles(Authorizer):
    """Root is an administrator, the others are not."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:  # noqa: ARG002
        return resource != "agentchat-admin" or user.username == "root"


@pytest.fixture
def jp_base_url() -> str:
    """A base URL that the Socket.IO client does not write in another way."""
    return "/a/b/"


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    jp_server_config["ServerApp"] |= {
        "identity_provider_class": ByHeader,
        "authorizer_class": Roles,
    }
    return jp_server_config


@pytest.fixture
def as_user(chat: Any, run: Any) -> Iterator[As]:
    """Return a client of the dialect for a user."""
    chat.service.registry.add(ScriptedAgent(CITES, name="cites", policy="parallel"))
    clients: dict[str, httpx.AsyncClient] = {}

    def client(name: str) -> httpx.AsyncClient:
        if name not in clients:
            clients[name] = httpx.AsyncClient(
                base_url=f"{chat.url}agentchat/openwebui/", headers={"X-User": name}, timeout=20
            )
        return clients[name]

    yield client
    for each in clients.values():
        run(each.aclose())
