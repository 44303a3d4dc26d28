from __future__ import annotations

from jupyter_agentchat.agents.builtin import builtin_agents
from jupyter_agentchat.agents.registry import AgentRegistry


def test_they_are_there_with_the_policies_of_the_contract() -> None:
    agents = builtin_agents()
    assert {agent.info.name: agent.policy for agent in agents} == {
        "eliza": "queue",
        "echo": "parallel",
        "synthetic": "parallel",
    }
    registry = AgentRegistry(agents, find_plugins=list)
    assert all(info.online and info.where == "server" for info in registry.infos())
    assert all(info.description for info in registry.infos())
