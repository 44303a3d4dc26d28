"""From raw model output to streamable text: extractors, all of them sans-I/O.

The decoders of whole wire formats stand in `jupyter_agentchat.extract.sse` (server-sent events)
and `jupyter_agentchat.extract.openai` (chat completions).
"""

from __future__ import annotations

from jupyter_agentchat.extract.action_filter import ActionStreamFilter
from jupyter_agentchat.extract.base import BaseExtractor, Extractor
from jupyter_agentchat.extract.context import (
    StreamingContext,
    StreamingRetryState,
    create_streaming_context,
    create_streaming_retry_state,
)
from jupyter_agentchat.extract.errors import StreamError, StreamErrorCode
from jupyter_agentchat.extract.json_value import JsonValueExtractor
from jupyter_agentchat.extract.passthrough import PassthroughExtractor
from jupyter_agentchat.extract.response import ResponseStreamExtractor
from jupyter_agentchat.extract.think import ThinkSplitter
from jupyter_agentchat.extract.xml_tag import XmlTagExtractor

__all__ = [
    "ActionStreamFilter",
    "BaseExtractor",
    "Extractor",
    "JsonValueExtractor",
    "PassthroughExtractor",
    "ResponseStreamExtractor",
    "StreamError",
    "StreamErrorCode",
    "StreamingContext",
    "StreamingRetryState",
    "ThinkSplitter",
    "XmlTagExtractor",
    "create_streaming_context",
    "create_streaming_retry_state",
]
