"""Models, version and use, as Open WebUI's clients ask for them when they start."""

from __future__ import annotations

from tornado.web import authenticated

from jupyter_agentchat._version import __version__
from jupyter_agentchat.dialects.openwebui.handlers import WebUIHandler
from jupyter_agentchat.dialects.openwebui.state import OpenWebUIState


class ModelsHandler(WebUIHandler):
    """``GET api/models``."""

    @authenticated
    async def get(self) -> None:
        """List the agents that are online."""
        self.answer(
            {
                "data": [
                    {
                        "id": agent.name,
                        "name": agent.name,
                        "object": "model",
                        "created": 0,
                        "owned_by": agent.provider or "agentchat",
                        "info": {"meta": {"description": agent.description}},
                    }
                    for agent in self.service.agents()
                    if agent.online
                ]
            }
        )


class VersionHandler(WebUIHandler):
    """``GET api/version``."""

    @authenticated
    async def get(self) -> None:
        """Tell our version; a client loads its page anew when it has changed."""
        self.answer({"version": __version__, "deployment_id": ""})


class UsageHandler(WebUIHandler):
    """``GET api/usage``."""

    @authenticated
    async def get(self) -> None:
        """Tell which agents answer now, how many users are connected; administrators more."""
        tabs = self.backend.beside(OpenWebUIState).tabs
        users = {connection.user.id for connection in self.service.connections.values()}
        users |= {tab.user.id for tab in tabs.all}
        models = {row.agent for _, row in self.service.live()} | tabs.used()
        gauges = {"pools": tabs.gauges()} if self.is_admin else {}
        self.answer({"model_ids": sorted(models), "user_count": len(users), **gauges})
