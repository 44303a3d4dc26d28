"""``ws/socket.io/``: Open WebUI's real-time events."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from jupyter_agentchat.dialects.openwebui.member import OpenWebUIMember
from jupyter_agentchat.dialects.openwebui.origins import Origins
from jupyter_agentchat.dialects.openwebui.parcels import NAMESPACE
from jupyter_agentchat.dialects.openwebui.state import OpenWebUIState
from jupyter_agentchat.socketio import ConnectionSettings, EngineSettings
from jupyter_agentchat.web.backend import Backend
from jupyter_agentchat.web.engineio.client import Client
from jupyter_agentchat.web.engineio.handler import EngineHandler
from jupyter_agentchat.web.engineio.mount import Mount, SocketMount

RECOVERY_S = 120.0
"""How long a tab that asked for it may come back to where it was."""


class OpenWebUISockets:
    """The dialect's side of its Socket.IO mount point."""

    namespaces: Collection[str] = (NAMESPACE,)
    connection = ConnectionSettings()
    recovery_s = RECOVERY_S

    def __init__(self, state: OpenWebUIState) -> None:
        self._state = state
        settings = state.service.settings
        self.engine = EngineSettings(
            ping_interval_ms=round(settings.socket_ping_interval_s * 1000),
            ping_timeout_ms=round(settings.socket_ping_timeout_s * 1000),
            transports=("polling", "websocket") if settings.socket_websocket else ("polling",),
        )

    def credential(self, auth: Mapping[str, object]) -> str | None:
        """Return the token of ``auth``."""
        token = auth.get("token")
        return token if isinstance(token, str) and token else None

    async def connect(self, client: Client, auth: Mapping[str, object]) -> OpenWebUIMember:
        """Take a tab.

        Only one that says ``recover`` gets offsets: they trail the events, and programs whose
        handlers take one argument could not read them.
        """
        client.returns = auth.get("recover") is True
        return OpenWebUIMember(self._state, client)

    def close(self) -> None:
        """Let go of nothing: the state is closed by the backend."""


def mount_of(backend: Backend) -> Mount:
    """Return the dialect's Socket.IO mount point on this server."""
    state = backend.beside(OpenWebUIState)
    if state.sockets is None:
        state.sockets = SocketMount(OpenWebUISockets(state), state.service)
    return state.sockets


class OpenWebUISocketHandler(Origins, EngineHandler):
    """One request of a session."""

    mount_of = staticmethod(mount_of)
