"""The agents by name; a broken plug-in breaks nothing but itself."""

from __future__ import annotations

import asyncio
import difflib
import logging
from collections.abc import Callable, Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import get_args

from jupyter_agentchat.agents.base import Agent, TurnPolicy
from jupyter_agentchat.errors import AgentNotFoundError, ConflictError, InvalidInputError
from jupyter_agentchat.protocol.model import AgentInfo

GROUP = "jupyter_agentchat.agents"
"""The entry points under which other packages bring agents."""

_MAX_NAME = 128
_MAX_LISTED = 20
_log = logging.getLogger(__name__)


def installed() -> Iterable[EntryPoint]:
    """Return the entry points that other packages installed."""
    return entry_points(group=GROUP)


class AgentRegistry:
    """Agents by name.

    An entry point is loaded when its agent is asked for, or when all agents are listed. Its value
    is an agent, or a callable without arguments that returns one. One that cannot be loaded, or
    brings a name that is taken, is logged under its entry-point name and left out; it is not
    tried again.

    Parameters
    ----------
    agents : iterable of Agent
        The first agents; they win over plug-ins of the same name.
    find_plugins : callable
        Returns the entry points; called once, when a name is missing or agents are listed.
    """

    def __init__(
        self,
        agents: Iterable[Agent] = (),
        *,
        find_plugins: Callable[[], Iterable[EntryPoint]] = installed,
    ) -> None:
        self._agents: dict[str, Agent] = {}
        self._find_plugins = find_plugins
        self._plugins: list[EntryPoint] | None = None
        for agent in agents:
            self.add(agent)

    def add(self, agent: Agent) -> None:
        """Add an agent under its own name.

        Raises
        ------
        ConflictError
            If another agent has the name; `remove` that one first.
        InvalidInputError
            If it is not an agent, or its name cannot be used.
        """
        _check(agent)
        name = agent.info.name
        if name in self._agents:
            raise ConflictError(f"There is an agent named {name!r} already; remove it first.")
        self._agents[name] = agent

    def remove(self, name: str) -> Agent:
        """Take an agent out and return it, not closed.

        Raises
        ------
        AgentNotFoundError
            If there is none of that name.
        """
        agent = self.get(name)
        del self._agents[name]
        return agent

    def get(self, name: str) -> Agent:
        """Return the agent of that name.

        Raises
        ------
        AgentNotFoundError
            If there is none; the sentence names the nearest match and the ones there are.
        """
        if name not in self._agents:
            self._load(name)
        if name not in self._agents:
            self._load()
        try:
            return self._agents[name]
        except KeyError:
            raise AgentNotFoundError(_not_found(name, list(self._agents))) from None

    def infos(self) -> list[AgentInfo]:
        """Return all agents as others see them, in the order in which they came."""
        self._load()
        return [agent.info for agent in self._agents.values()]

    async def close(self) -> None:
        """Close every agent; one that raises is logged and hinders no other."""
        agents = list(self._agents.values())
        self._agents.clear()
        self._plugins = []
        await asyncio.gather(*map(_close, agents))

    def _load(self, name: str | None = None) -> None:
        """Load the plug-in of that name, or all that are left."""
        if self._plugins is None:
            self._plugins = list(self._find_plugins())
        chosen = [plugin for plugin in self._plugins if name in {None, plugin.name}]
        self._plugins = [plugin for plugin in self._plugins if plugin not in chosen]
        for plugin in chosen:
            try:
                self.add(_load_plugin(plugin))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything
                _log.warning(
                    "The agent plug-in %r (%s) was left out: %s",
                    plugin.name,
                    plugin.value,
                    error,
                    exc_info=error,
                )


def _load_plugin(plugin: EntryPoint) -> Agent:
    loaded = plugin.load()
    is_agent = hasattr(loaded, "answer") and not isinstance(loaded, type)
    agent: Agent = loaded if is_agent else loaded()
    return agent


async def _close(agent: Agent) -> None:
    try:
        await agent.close()
    except Exception as error:  # noqa: BLE001 - the other agents are closed all the same
        _log.warning("Agent %r failed to close", agent.info.name, exc_info=error)


def _check(agent: Agent) -> None:
    info = getattr(agent, "info", None)
    if not isinstance(info, AgentInfo) or not callable(getattr(agent, "answer", None)):
        raise InvalidInputError(
            f"{type(agent).__name__} is not an agent: it needs `info`, an AgentInfo, "
            "and `answer(turn)`, an asynchronous generator."
        )
    policy = getattr(agent, "policy", None)
    if policy not in get_args(TurnPolicy):
        raise InvalidInputError(
            f"Agent {info.name!r} has the policy {policy!r}; "
            f"it is one of {', '.join(get_args(TurnPolicy))}."
        )
    name = info.name
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > _MAX_NAME:
        raise InvalidInputError(
            f"{name[:40]!r} cannot name an agent: use 1 to {_MAX_NAME} printable characters "
            "without blanks around them."
        )


def _not_found(name: str, known: list[str]) -> str:
    folded = {other.casefold(): other for other in known}
    nearest = difflib.get_close_matches(name.casefold(), folded, n=1)
    guess = f'; did you mean "{folded[nearest[0]]}"?' if nearest else "."
    listed = ", ".join(known[:_MAX_LISTED]) + (", …" if len(known) > _MAX_LISTED else "")
    return f'There is no agent "{name[:_MAX_NAME]}"{guess} Known: {listed or "none"}.'
