"""The native dialect's addresses, relative to ``{base_url}agentchat/``."""

from __future__ import annotations

from tornado.web import RequestHandler

from jupyter_agentchat.dialects.native.channels import (
    AgentsHandler,
    ChannelHandler,
    ChannelsHandler,
    HealthHandler,
    ReadHandler,
)
from jupyter_agentchat.dialects.native.events import EventsHandler
from jupyter_agentchat.dialects.native.log import LogHandler
from jupyter_agentchat.dialects.native.logs import LogsHandler
from jupyter_agentchat.dialects.native.messages import (
    MessageHandler,
    MessagesHandler,
    PinHandler,
    ReactionHandler,
)
from jupyter_agentchat.dialects.native.socket import NativeSocket
from jupyter_agentchat.dialects.native.streams import CancelHandler, RegenerateHandler

_PART = "([^/]+)"
_CHANNEL = f"api/channels/{_PART}"
_MESSAGE = f"{_CHANNEL}/messages/{_PART}"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    ("health", HealthHandler),
    ("api/agents", AgentsHandler),
    ("api/channels", ChannelsHandler),
    (_CHANNEL, ChannelHandler),
    (f"{_CHANNEL}/messages", MessagesHandler),
    (_MESSAGE, MessageHandler),
    (f"{_MESSAGE}/reactions/{_PART}", ReactionHandler),
    (f"{_MESSAGE}/pin", PinHandler),
    (f"{_CHANNEL}/read", ReadHandler),
    (f"{_CHANNEL}/events", EventsHandler),
    (f"api/streams/{_PART}/cancel", CancelHandler),
    (f"api/streams/{_PART}/regenerate", RegenerateHandler),
    (f"api/log/{_PART}", LogHandler),
    ("api/logs", LogsHandler),
    ("ws", NativeSocket),
]
