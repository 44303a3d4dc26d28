"""``WS api/agents/{agent}/ws``: turns with one agent, as a Tornado handler (seed 002)."""

from __future__ import annotations

from contextlib import suppress

from jupyter_server.auth.decorator import ws_authenticated

from jupyter_agentchat.dialects.eliza.agent_session import AgentSession
from jupyter_agentchat.dialects.eliza.handlers import take_api_key
from jupyter_agentchat.dialects.eliza.ids import find_agent
from jupyter_agentchat.dialects.eliza.state import ElizaState
from jupyter_agentchat.errors import DisconnectedError
from jupyter_agentchat.web.socket import SocketHandler


class AgentSocket(SocketHandler):
    """Hands frames to an `AgentSession`."""

    _session: AgentSession | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Take an API key for the token it is, then guard."""
        take_api_key(self.request)
        await super().prepare()

    @ws_authenticated
    async def get(self, wanted: str) -> None:  # type: ignore[override]
        """Upgrade, unless there is no such agent."""
        self._agent = find_agent(self.service.agents(), wanted)
        await super().get(wanted)

    def open(self, *args: object, **kwargs: object) -> None:
        """Begin a session."""
        super().open(*args, **kwargs)
        eliza = self.backend.beside(ElizaState)
        self._session = AgentSession(eliza, self.author, self._agent, self.send)

    async def on_message(self, message: str | bytes) -> None:
        """Take one frame."""
        if self._session is not None:
            with suppress(DisconnectedError):
                await self._session.handle(message)

    def on_close(self) -> None:
        """End the session; what runs goes on."""
        super().on_close()
        if self._session is not None:
            self._session.close(self.close_code)
