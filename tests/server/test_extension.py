"""The extension as an application: its traits, its store, what kernels inherit."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import fields

from jupyter_agentchat.client.discover import discover
from jupyter_agentchat.protocol.announcement import SECRET_HEADER
from jupyter_agentchat.runtime.compose import compose
from jupyter_agentchat.runtime.settings import Settings
from jupyter_agentchat.server.extension import AgentChatApp
from jupyter_agentchat.server.kernels import announce, url_for_kernels, withdraw
from jupyter_agentchat.server.place import default_url, open_own, without_credentials
from jupyter_agentchat.server.settings import SettingsTraits
from jupyter_agentchat.server.starting import model_agents
from jupyter_agentchat.web.backend import Backend


@contextmanager
def logged(chat: Any) -> Iterator[list[str]]:
    """Collect what the extension logs."""
    lines: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    collector = Collector()
    log: logging.Logger = chat.extension.log
    log.addHandler(collector)
    yield lines
    log.removeHandler(collector)


def test_every_setting_is_a_documented_trait_with_its_default() -> None:
    traits = SettingsTraits.class_traits(config=True)
    assert set(traits) == {field.name for field in fields(Settings)}
    assert all(trait.help for trait in AgentChatApp.class_own_traits(config=True).values())
    assert SettingsTraits().runtime_settings() == Settings()


def test_the_configuration_file_has_one_prefix() -> None:
    assert AgentChatApp().config_file_name == "jupyter_agentchat_config"


def test_configuration_reaches_the_runtime(chat: Any) -> None:
    assert chat.service.settings.default_agents == ("hello",)


def test_a_kernel_finds_its_server(chat: Any) -> None:
    found = discover(environment=os.environ)
    assert found is not None
    assert found.url == chat.url.replace("127.0.0.1", "localhost")
    assert found.headers() == {SECRET_HEADER: chat.extension.backend.secret}


async def test_a_stopped_server_is_found_no_more(chat: Any) -> None:
    await chat.extension.stop_extension()
    assert "JUPYTER_AGENTCHAT_SECRET" not in os.environ


def test_a_later_server_of_the_process_is_not_withdrawn() -> None:
    environment: dict[str, str] = {}
    announce("http://a/", "one", environment)
    announce("http://b/", "two", environment)
    withdraw("one", environment)
    assert environment["JUPYTER_AGENTCHAT_URL"] == "http://b/"
    withdraw("two", environment)
    assert environment == {}


class FakeApp:
    sock = ""
    ip = "0.0.0.0"  # noqa: S104 - nothing is bound
    port = 8899
    connection_url = "https://some-host:8899/lab/?x=y"


def test_a_wildcard_address_is_reached_on_loopback() -> None:
    app: Any = FakeApp()
    assert url_for_kernels(app) == "https://127.0.0.1:8899/lab/"
    app.ip = "10.0.0.5"
    assert url_for_kernels(app) == "https://some-host:8899/lab/"
    app.sock = "/run/socket"
    assert url_for_kernels(app) is None


def test_the_default_file_is_named_after_the_root_folder(tmp_path: Path) -> None:
    one = default_url(str(tmp_path), "/a")
    assert one.startswith(f"sqlite:///{tmp_path}/agentchat/")
    assert one == default_url(str(tmp_path), "/b/../a")
    assert one != default_url(str(tmp_path), "/b")


def test_credentials_are_not_shown() -> None:
    assert without_credentials("postgresql://u:p@host/db") == "postgresql://host/db"
    assert without_credentials("sqlite:////a@b/c.db") == "sqlite:////a@b/c.db"


class TestFile:
    @pytest.fixture
    def agentchat_config(self, tmp_path: Path) -> dict[str, Any]:
        return {"store_url": f"sqlite:///{tmp_path / 'log.db'}"}

    @pytest.mark.usefixtures("chat")
    async def test_a_second_server_keeps_its_own_file(self, tmp_path: Path) -> None:
        opened: Callable[[str], Any] = compose
        service, url, note = await open_own(f"sqlite:///{tmp_path / 'log.db'}", opened)
        await service.close()
        assert url == f"sqlite:///{tmp_path / 'log-2.db'}"
        assert note is not None
        assert str(os.getpid()) in note
        assert "http://localhost:" in note

    async def test_health_shows_the_note(self, chat: Any) -> None:
        backend: Backend = chat.extension.backend
        backend.start(chat.service, "sqlite:///x", "a note")
        assert (await chat.get("health")).json()["note"] == "a note"


class TestModels:
    @pytest.fixture
    def agentchat_config(self) -> dict[str, Any]:
        return {"models": ["ollama:llama3", "nobody:knows", "ollama:llama3", "nonsense"]}

    async def test_models_are_agents_and_a_wrong_one_is_left_out(self, chat: Any) -> None:
        agents = {a["name"]: a for a in (await chat.get("api/agents")).json()["agents"]}
        assert agents["ollama:llama3"]["model"] == "llama3"
        assert not {"nobody:knows", "nonsense"} & set(agents)
        with logged(chat) as lines:
            made = model_agents(chat.extension.models, chat.extension.log)
            names = [agent.info.name for agent in made]
        assert names == ["ollama:llama3"]
        assert "nobody:knows is left out: " in lines[0]
        assert "nonsense is left out: " in lines[1]


class TestBrokenStore:
    @pytest.fixture
    def agents(self) -> list[Any]:
        return []

    @pytest.fixture
    def agentchat_config(self, tmp_path: Path) -> dict[str, Any]:
        (tmp_path / "log.db").write_text("this is a text and no database, " * 200)
        return {"store_url": f"sqlite:///{tmp_path / 'log.db'}"}

    async def test_routes_say_why_and_jupyter_lives(self, chat: Any) -> None:
        for path in ("health", "api/agents", "api/channels", "api/channels/x/events"):
            answer = await chat.get(path)
            assert answer.status_code == 503
            error = answer.json()["error"]
            assert error["code"] == "disabled"
            assert error["retry"] is False
            assert error["message"].startswith("Agent chat is off: ")
        assert (await chat.http.get(f"{chat.url}api/status")).status_code == 200
        with logged(chat) as lines:
            await chat.extension._start_jupyter_server_extension(chat.app)
        (line,) = lines
        assert line.startswith("Agent chat is off: ")
        assert "\n" not in line


async def test_a_backend_that_starts_says_so() -> None:
    backend = Backend()
    with pytest.raises(Exception, match="starting"):
        _ = backend.service
    backend.fail("No.")
    with pytest.raises(Exception, match=r"No\."):
        _ = backend.service
    await asyncio.wait_for(backend.stop(), 1)
