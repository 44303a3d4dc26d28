"""Parts of a client of Open WebUI: its channels, and its streamed texts."""

from __future__ import annotations

from jupyter_agentchat.client.openwebui.channel_view import ChannelView
from jupyter_agentchat.client.openwebui.channels import Channels
from jupyter_agentchat.client.openwebui.text_reader import TextReader, TextUpdate
from jupyter_agentchat.client.openwebui.text_stream import openai_text_stream

__all__ = ["ChannelView", "Channels", "TextReader", "TextUpdate", "openai_text_stream"]
