"""Addresses of this dialect, relative to ``{base_url}agentchat/eliza/``."""

from __future__ import annotations

from tornado.web import RequestHandler

from jupyter_agentchat.dialects.eliza import (
    central,
    channels,
    media_handlers,
    message_servers,
    messages,
    session_handlers,
)
from jupyter_agentchat.dialects.eliza.agent_messages import AgentMessageHandler
from jupyter_agentchat.dialects.eliza.agent_socket import AgentSocket
from jupyter_agentchat.dialects.eliza.agents import AgentHandler, AgentsHandler, PingHandler
from jupyter_agentchat.dialects.eliza.session_messages import SessionMessagesHandler
from jupyter_agentchat.dialects.eliza.sockets import ElizaSocketHandler

Routes = list[tuple[str, type[RequestHandler]]]

_PART = "([^/]+)"
_MESSAGING = "api/messaging"

_AGENTS: Routes = [
    ("api/agents", AgentsHandler),
    (f"api/agents/{_PART}", AgentHandler),
    (f"api/agents/{_PART}/message", AgentMessageHandler),
    (f"api/agents/{_PART}/ws", AgentSocket),
    ("api/server/ping", PingHandler),
    ("api/server/health", PingHandler),
    (f"media/uploads/channels/{_PART}/{_PART}", media_handlers.MediaHandler),
]
_CENTRAL: Routes = [
    (f"{_MESSAGING}/dm-channel", channels.DmHandler),
    (f"{_MESSAGING}/submit", central.SubmitHandler),
    (f"{_MESSAGING}/action", central.ActionHandler),
    (f"{_MESSAGING}/action/{_PART}", central.ActionUpdateHandler),
    (f"{_MESSAGING}/ingest-external", central.IngestHandler),
    (f"{_MESSAGING}/complete", central.CompleteHandler),
    (f"{_MESSAGING}/message-server/current", message_servers.CurrentServerHandler),
    (f"{_MESSAGING}/agents/{_PART}/message-servers", message_servers.AgentServersHandler),
]
_SESSIONS: Routes = [
    (f"{_MESSAGING}/sessions", session_handlers.SessionsHandler),
    (f"{_MESSAGING}/sessions/health", session_handlers.SessionHealthHandler),
    (f"{_MESSAGING}/sessions/{_PART}", session_handlers.OneSessionHandler),
    (f"{_MESSAGING}/sessions/{_PART}/messages", SessionMessagesHandler),
    (f"{_MESSAGING}/sessions/{_PART}/renew", session_handlers.RenewHandler),
    (f"{_MESSAGING}/sessions/{_PART}/heartbeat", session_handlers.HeartbeatHandler),
    (f"{_MESSAGING}/sessions/{_PART}/timeout", session_handlers.TimeoutHandler),
]


def _channels(name: str) -> Routes:
    all_, one = f"{_MESSAGING}/{name}", f"{_MESSAGING}/{name}/{_PART}"
    return [
        (all_, channels.ChannelsHandler),
        (one, channels.ChannelHandler),
        (f"{one}/messages", messages.ChannelMessagesHandler),
        (f"{one}/messages/{_PART}", messages.ChannelMessageHandler),
        (f"{one}/upload-media", media_handlers.UploadHandler),
        (f"{one}/generate-title", media_handlers.TitleHandler),
        (f"{one}/details", channels.DetailsHandler),
        (f"{one}/participants", channels.ParticipantsHandler),
        (f"{one}/agents", channels.ChannelAgentsHandler),
        (f"{one}/agents/{_PART}", channels.ChannelAgentHandler),
    ]


def _servers(name: str) -> Routes:
    all_, one = f"{_MESSAGING}/{name}", f"{_MESSAGING}/{name}/{_PART}"
    return [
        (all_, message_servers.MessageServersHandler),
        (f"{one}/channels", message_servers.ServerChannelsHandler),
        (f"{one}/agents", message_servers.ServerAgentsHandler),
        (f"{one}/agents/{_PART}", message_servers.ServerAgentHandler),
    ]


ROUTES: Routes = [
    ("socket.io", ElizaSocketHandler),
    *_AGENTS,
    *_channels("channels"),
    *_channels("central-channels"),
    *_servers("message-servers"),
    *_servers("central-servers"),
    *_servers("servers"),
    *_CENTRAL,
    *_SESSIONS,
]
"""The names that begin with ``central`` are those of releases up to 1.4.2."""
