"""The Python client: `connect` and `connect_async`."""

from __future__ import annotations

from jupyter_agentchat.client.connecting import connect, connect_async

__all__ = ["connect", "connect_async"]
