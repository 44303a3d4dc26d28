from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from jupyter_agentchat.agents.registry import GROUP, AgentRegistry
from jupyter_agentchat.errors import AgentNotFoundError, ConflictError, InvalidInputError
from jupyter_agentchat.testing.agents import ScriptedAgent


class PluggedAgent(ScriptedAgent):
    def __init__(self) -> None:
        super().__init__(name="plugged")


class UnclosableAgent(ScriptedAgent):
    async def close(self) -> None:
        raise RuntimeError("stuck")


INSTANCE = ScriptedAgent(name="instance")
NO_AGENT = object
HERE = "plugins_of_a_test"


class Plugins:
    """Entry points into this very module, and how often somebody looked."""

    def __init__(self, *points: EntryPoint) -> None:
        self.points = points
        self.looks = 0

    def __call__(self) -> Sequence[EntryPoint]:
        self.looks += 1
        return self.points


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, f"{HERE}:{value}", GROUP)


def registry_of(*names: str, plugins: Sequence[EntryPoint] = ()) -> AgentRegistry:
    agents = [ScriptedAgent(name=name) for name in names]
    return AgentRegistry(agents, find_plugins=Plugins(*plugins))


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entry points import this file by name, which is not on the path."""
    module = ModuleType(HERE)
    vars(module).update(globals())
    monkeypatch.setitem(sys.modules, HERE, module)


def test_an_agent_is_found_by_its_name() -> None:
    agent = ScriptedAgent(name="one")
    registry = AgentRegistry([agent], find_plugins=Plugins())
    assert registry.get("one") is agent
    assert registry.infos() == [agent.info]
    assert registry.remove("one") is agent
    assert registry.infos() == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("elisa", 'There is no agent "elisa"; did you mean "eliza"? Known: eliza, echo.'),
        ("ELIZA", 'There is no agent "ELIZA"; did you mean "eliza"? Known: eliza, echo.'),
        ("xyz", 'There is no agent "xyz". Known: eliza, echo.'),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(asked: str, sentence: str) -> None:
    registry = registry_of("eliza", "echo")
    for ask in (registry.get, registry.remove):
        with pytest.raises(AgentNotFoundError) as caught:
            ask(asked)
        assert caught.value.message == sentence


def test_an_empty_registry_says_so_and_a_long_one_is_cut() -> None:
    with pytest.raises(AgentNotFoundError, match=r'"x"\. Known: none\.'):
        registry_of().get("x")
    with pytest.raises(AgentNotFoundError, match=r"Known: a0, .*, a19, …\.$"):
        registry_of(*(f"a{n}" for n in range(21))).get("x")


def test_a_name_is_given_once() -> None:
    registry = registry_of("one")
    with pytest.raises(ConflictError, match="'one' already; remove it first"):
        registry.add(ScriptedAgent(name="one"))


@pytest.mark.parametrize("name", ["", " ", " a", "a\n", "a\x00b", "x" * 129])
def test_a_name_that_cannot_be_addressed_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="cannot name an agent: use 1 to 128"):
        registry_of(name)


def test_what_is_no_agent_is_refused() -> None:
    registry = registry_of()
    with pytest.raises(InvalidInputError, match="object is not an agent: it needs `info`"):
        registry.add(object())  # type: ignore[arg-type]
    wrong = ScriptedAgent(policy="sometimes")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="it is one of queue, parallel, supersede"):
        registry.add(wrong)


def test_plugins_are_loaded_when_they_are_asked_for_and_once() -> None:
    plugins = Plugins(point("plugged", "PluggedAgent"), point("instance", "INSTANCE"))
    registry = AgentRegistry([ScriptedAgent(name="one")], find_plugins=plugins)
    registry.get("one")
    assert plugins.looks == 0
    assert isinstance(registry.get("plugged"), PluggedAgent)
    assert registry.get("plugged") is registry.get("plugged")
    assert [info.name for info in registry.infos()] == ["one", "plugged", "instance"]
    assert registry.get("instance") is INSTANCE
    assert plugins.looks == 1


def test_a_plugin_may_name_its_agent_otherwise() -> None:
    registry = registry_of(plugins=[point("other", "PluggedAgent")])
    assert isinstance(registry.get("plugged"), PluggedAgent)


@pytest.mark.parametrize(
    "broken",
    [
        EntryPoint("bad-one", "no_such_module_here:agent", GROUP),
        point("bad-one", "NO_SUCH_NAME"),
        point("bad-one", "NO_AGENT"),
        point("bad-one", "exit_at_once"),
        EntryPoint("bad-one", "not even: a path", GROUP),
    ],
    ids=["no module", "no name", "no agent", "exits", "no path"],
)
def test_a_broken_plugin_breaks_nothing_else(
    broken: EntryPoint, caplog: pytest.LogCaptureFixture
) -> None:
    registry = registry_of("one", plugins=[broken, point("plugged", "PluggedAgent")])
    with caplog.at_level(logging.WARNING):
        assert [info.name for info in registry.infos()] == ["one", "plugged"]
        assert len(registry.infos()) == 2
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "'bad-one'" in caplog.text
    assert broken.value in caplog.text
    with pytest.raises(AgentNotFoundError):
        registry.get("bad-one")


def exit_at_once() -> None:
    raise SystemExit(3)


def test_a_plugin_takes_no_name_from_another_agent(caplog: pytest.LogCaptureFixture) -> None:
    first = ScriptedAgent(name="plugged")
    registry = AgentRegistry([first], find_plugins=Plugins(point("late", "PluggedAgent")))
    registry.infos()
    assert registry.get("plugged") is first
    assert "'late'" in caplog.text


async def test_close_closes_all_and_one_that_fails_hinders_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    agents = [ScriptedAgent(name="a"), UnclosableAgent(name="b"), ScriptedAgent(name="c")]
    registry = AgentRegistry(agents, find_plugins=Plugins(point("plugged", "PluggedAgent")))
    await registry.close()
    assert [agent.is_closed for agent in agents] == [True, False, True]
    assert "'b' failed to close" in caplog.text
    assert registry.infos() == []
    await registry.close()


def test_the_real_entry_points_can_be_read() -> None:
    registry = AgentRegistry([ScriptedAgent(name="one")])
    assert "one" in {info.name for info in registry.infos()}
