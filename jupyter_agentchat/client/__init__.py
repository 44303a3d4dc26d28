"""The Python client: `connect`, `connect_async` and `logs`."""

from __future__ import annotations

from jupyter_agentchat.client.connecting import connect, connect_async
from jupyter_agentchat.client.server_log import logs

__all__ = ["connect", "connect_async", "logs"]
