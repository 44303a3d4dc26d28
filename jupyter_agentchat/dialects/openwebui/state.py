"""What the parts of this dialect share beside the service."""

from __future__ import annotations

from jupyter_agentchat.dialects.openwebui.people import People
from jupyter_agentchat.runtime.service import Service


class OpenWebUIState:
    """People; a handler gets it by ``self.backend.beside(OpenWebUIState)``."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.people = People()

    def close(self) -> None:
        """Let go of the service."""
        self.people = People()
