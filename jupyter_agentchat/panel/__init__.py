"""The chat panel in a notebook."""

from __future__ import annotations

from jupyter_agentchat.panel.widget import ChatPanel

__all__ = ["ChatPanel"]
