"""A research workbench for live agents inside Jupyter."""

from __future__ import annotations

from jupyter_agentchat._version import __version__

__all__ = ["__version__"]
