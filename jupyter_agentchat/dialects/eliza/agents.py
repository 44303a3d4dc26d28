"""REST: the agents."""

from __future__ import annotations

from tornado.web import authenticated

from jupyter_agentchat.dialects.eliza.handlers import ElizaHandler
from jupyter_agentchat.dialects.eliza.ids import find_agent
from jupyter_agentchat.dialects.eliza.shapes import agent_shape


class AgentsHandler(ElizaHandler):
    """``GET api/agents``."""

    @authenticated
    async def get(self) -> None:
        """List the agents."""
        self.succeed({"agents": [agent_shape(each) for each in self.service.agents()]})


class AgentHandler(ElizaHandler):
    """``GET api/agents/{agent}``, by UUID or name."""

    @authenticated
    async def get(self, wanted: str) -> None:
        """Show one agent."""
        self.succeed(agent_shape(find_agent(self.service.agents(), wanted)))


class PingHandler(ElizaHandler):
    """``GET api/server/ping`` and ``api/server/health``, which clients ask before they connect."""

    @authenticated
    async def get(self) -> None:
        """Tell that all is well; 503 if it is not."""
        now_ms = self.service.clock.wall_us() // 1000
        self.answer({"status": "OK", "pong": True, "timestamp": now_ms})
