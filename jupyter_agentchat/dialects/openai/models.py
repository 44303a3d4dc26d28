"""``GET models`` and ``GET models/{model}``: agents as models."""

from __future__ import annotations

from tornado.web import authenticated

from jupyter_agentchat.dialects.openai.failures import ModelMissingError
from jupyter_agentchat.dialects.openai.handlers import OpenAIHandler
from jupyter_agentchat.protocol.model import AgentInfo
from jupyter_agentchat.runtime.service import Service


def agent_of(service: Service, model: str) -> AgentInfo:
    """Return the agent that a model's name means.

    Raises
    ------
    ModelMissingError
        If there is none; the sentence names the model and those there are.
    """
    known = [agent for agent in service.agents() if agent.online]
    for agent in known:
        if agent.name == model:
            return agent
    names = ", ".join(agent.name for agent in known) or "none"
    raise ModelMissingError(f"The model {model[:128]!r} does not exist here; there are: {names}.")


class ModelsHandler(OpenAIHandler):
    """``GET models``."""

    @authenticated
    async def get(self) -> None:
        """List the agents that are online."""
        agents = [agent for agent in self.service.agents() if agent.online]
        self.answer({"object": "list", "data": [_shown(agent) for agent in agents]})


class ModelHandler(OpenAIHandler):
    """``GET models/{model}``."""

    @authenticated
    async def get(self, model: str) -> None:
        """Show one."""
        self.answer(_shown(agent_of(self.service, model)))


def _shown(agent: AgentInfo) -> dict[str, object]:
    """Return an agent as a model; nobody knows when it was created."""
    return {
        "id": agent.name,
        "object": "model",
        "created": 0,
        "owned_by": agent.provider or "agentchat",
        "description": agent.description,
    }
