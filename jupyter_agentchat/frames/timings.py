"""The chunks without their text: what `Log.summary` needs, and `GET api/log/timings`."""

from __future__ import annotations

from jupyter_agentchat.frames.chunks import timings as build

__all__ = ["build"]
