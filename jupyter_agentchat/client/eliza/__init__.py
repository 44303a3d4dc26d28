"""A client of ElizaOS's real-time events: `SocketIOManager`."""

from __future__ import annotations

from jupyter_agentchat.client.eliza.event_adapter import EventAdapter
from jupyter_agentchat.client.eliza.manager import SocketIOManager

__all__ = ["EventAdapter", "SocketIOManager"]
