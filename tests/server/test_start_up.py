"""What a Jupyter server loads of ours: little before it listens, no face that nobody asks for."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from tornado.routing import Rule
from tornado.web import RequestHandler

from jupyter_agentchat.server.faces import FACES
from jupyter_agentchat.web import backend as backends
from jupyter_agentchat.web.backend import Backend
from jupyter_agentchat.web.handlers import Guarded
from tests import processes

LATER = {
    "jupyter_agentchat.dialects",
    "jupyter_agentchat.runtime.service",
    "jupyter_agentchat.store",
    "sqlalchemy",
}
"""Loaded once the server listens."""
NEVER = {
    "jupyter_agentchat.client",
    "jupyter_agentchat.dialects.eliza",
    "jupyter_agentchat.dialects.openai",
    "jupyter_agentchat.dialects.openwebui",
    "jupyter_agentchat.metrics",
    "jupyter_agentchat.providers.http",
    "httpx",
    "numpy",
    "pandas",
    "pyarrow",
}
"""Loaded by what needs them, when somebody asks for it."""
SERVER = """
import asyncio, json, sys
from jupyter_server.serverapp import ServerApp

async def main():
    app = ServerApp(allow_root=True, open_browser=False)
    app.initialize(argv=sys.argv[1:], new_httpserver=False)
    ready = list(sys.modules)
    await app.extension_manager.start_all_extensions()
    await app.extension_manager.stop_all_extensions()
    print(json.dumps([ready, list(sys.modules)]))

asyncio.run(main())
"""


def loaded(folder: Path, *options: str, before: str = "") -> tuple[set[str], set[str]]:
    """Return the modules of a server that is about to listen, and once our extension runs."""
    enabled = "--ServerApp.jpserver_extensions={'jupyter_agentchat': True}"
    command = [sys.executable, "-c", before + SERVER, enabled, "--AgentChatApp.store_url=memory://"]
    done = subprocess.run(
        [*command, *options],
        env={**processes.environment(folder), "JUPYTER_NO_CONFIG": "1"},  # no other extension
        capture_output=True,
        text=True,
        check=True,
    )
    ready, started = json.loads(done.stdout.splitlines()[-1])
    return set(ready), set(started)


def test_a_server_waits_for_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    ready, started = loaded(tmp_path)
    assert "jupyter_agentchat.server.extension" in ready
    assert not (LATER | NEVER) & ready
    assert started >= LATER
    assert not NEVER & started


def test_a_heavy_module_is_seen(tmp_path: Path) -> None:
    ready, _ = loaded(tmp_path, before="import httpx")
    assert NEVER & ready == {"httpx"}


def test_what_a_configuration_needs_is_there(tmp_path: Path) -> None:
    _, started = loaded(tmp_path, "--AgentChatApp.models=['ollama:llama3']")
    assert "jupyter_agentchat.agents.models" in started
    assert not LATER - started


def faces(chat: Any) -> list[Rule]:
    """Return the rules that lead to our faces."""
    modules = {module for _, module in FACES}
    rules: list[Rule] = chat.app.web_app.default_router.rules
    return [rule for rule in rules if getattr(rule.target, "_module", None) in modules]


async def test_every_handler_of_every_face_is_guarded_in_jupyters_eyes_too(chat: Any) -> None:
    rules = [rule for face in faces(chat) for rule in face.target.rules]
    assert len(rules) > 80
    for rule in rules:
        assert issubclass(rule.target, Guarded)
        assert chat.app.web_app._check_handler_auth(rule.matcher, rule.target) == []

    class Open(RequestHandler):
        def get(self) -> None: ...

    assert chat.app.web_app._check_handler_auth("open", Open) != []


@pytest.mark.parametrize("below", [below for below, _ in FACES])
async def test_what_is_no_address_of_a_face_is_not_found(chat: Any, below: str) -> None:
    for path in ("/nothing", "/nothing/at/all", "/"):
        answer = await chat.http.get(f"{chat.url}agentchat{below}{path}")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"
    assert (await chat.http.get(f"{chat.url}agentchatter{below}")).status_code == 404


class TestStarting:
    """Requests that come before the service is there."""

    @pytest.fixture
    def starting(self, chat: Any, monkeypatch: pytest.MonkeyPatch) -> Backend:
        """Put a backend that has not started in the server's place."""
        backend = Backend()
        backend.secret = chat.extension.backend.secret
        monkeypatch.setitem(chat.app.web_app.settings, backends.SETTING, backend)
        return backend

    async def test_a_request_waits_for_the_service(self, chat: Any, starting: Backend) -> None:
        waiting = asyncio.create_task(chat.get("api/channels"))
        async with httpx.AsyncClient() as nobody:
            assert (await nobody.get(f"{chat.url}agentchat/health")).status_code == 403
        assert not waiting.done()
        starting.start(chat.service, "memory://")
        assert (await waiting).status_code == 200

    async def test_not_for_ever(
        self, chat: Any, starting: Backend, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backends, "START_S", 0.01)
        answer = await chat.get("health")
        assert answer.status_code == 503
        assert answer.json()["error"]["retry"] is True
        starting.fail("No.")
        assert (await chat.get("health")).json()["error"]["message"] == "No."
