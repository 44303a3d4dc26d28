from __future__ import annotations

import pytest

from jupyter_agentchat.cli import reach as module
from jupyter_agentchat.cli.reach import reach
from jupyter_agentchat.client.discover import Server
from jupyter_agentchat.errors import ServerNotFoundError
from jupyter_agentchat.protocol.model import AgentInfo


class FakeChat:
    def __init__(self, url: str | None, agents: tuple[str, ...]) -> None:
        self.url = url
        self.names = agents
        self.is_open = True

    def agents(self) -> list[AgentInfo]:
        return [AgentInfo(name=name) for name in self.names]

    def close(self) -> None:
        self.is_open = False


class World:
    """Servers that run, one of them dead; and what was connected to."""

    def __init__(self) -> None:
        self.servers = [Server("http://dead/"), Server("http://new/"), Server("http://old/")]
        self.agents = {"http://new/": ("eliza",), "http://old/": ("eliza", "ollama:x")}
        self.own: Server | None = None
        self.opened: list[FakeChat] = []
        self.models: list[str] = []

    def connect(
        self, url: str | None = None, token: str | None = None, *, models: tuple[str, ...] = ()
    ) -> FakeChat:
        del token
        if url == "http://dead/":
            message = "Nobody is there."
            raise ServerNotFoundError(message)
        self.models = list(models)
        self.opened.append(FakeChat(url, self.agents.get(url or "", ())))
        return self.opened[-1]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(module, "connect", world.connect)
    monkeypatch.setattr(module, "discover", lambda: world.own)
    monkeypatch.setattr(module, "running_servers", lambda: world.servers)
    return world


@pytest.mark.parametrize(
    ("agent", "url"),
    [("", "http://new/"), ("eliza", "http://new/"), ("ollama:x", "http://old/"), ("local", None)],
)
def test_the_latest_server_that_has_the_agent_answers_and_the_others_are_let_go(
    world: World, agent: str, url: str | None
) -> None:
    assert reach("", "", agent).url == url
    assert [chat.is_open for chat in world.opened] == [False] * (len(world.opened) - 1) + [True]
    assert world.models == (["local"] if agent == "local" else [])


def test_a_named_server_and_ones_own_come_before_the_list(world: World) -> None:
    assert reach("http://named/", "t", "eliza").url == "http://named/"
    world.own = Server("http://own/", secret="s")
    assert reach("", "", "eliza").url is None
    with pytest.raises(ServerNotFoundError):
        reach("http://dead/", "", "eliza")
    assert len(world.opened) == 2
