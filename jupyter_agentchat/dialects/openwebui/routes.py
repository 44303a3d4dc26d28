"""REST of Open WebUI, relative to ``{base_url}agentchat/openwebui/``."""

from __future__ import annotations

from tornado.web import RequestHandler

from jupyter_agentchat.dialects.openwebui import channels, info, members, messages, tasks
from jupyter_agentchat.dialects.openwebui.chats import ChatCompletionsHandler
from jupyter_agentchat.dialects.openwebui.sockets import OpenWebUISocketHandler

_PART = "([^/]+)"
_CHANNELS = "api/v1/channels"
_CHANNEL = f"{_CHANNELS}/{_PART}"
_MESSAGES = f"{_CHANNEL}/messages"
_MESSAGE = f"{_MESSAGES}/{_PART}"

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    ("api/models", info.ModelsHandler),
    ("api/version", info.VersionHandler),
    ("api/usage", info.UsageHandler),
    ("api/chat/completions", ChatCompletionsHandler),
    ("ws/socket.io", OpenWebUISocketHandler),
    ("api/tasks", tasks.TasksHandler),
    (f"api/tasks/chat/{_PART}", tasks.ChatTasksHandler),
    (f"api/tasks/stop/{_PART}", tasks.StopHandler),
    (_CHANNELS, channels.ChannelsHandler),
    (f"{_CHANNELS}/list", channels.ChannelsHandler),
    (f"{_CHANNELS}/create", channels.CreateHandler),
    (f"{_CHANNELS}/users/{_PART}", channels.DirectHandler),
    (_CHANNEL, channels.ChannelHandler),
    (f"{_CHANNEL}/update", channels.UpdateHandler),
    (f"{_CHANNEL}/delete", channels.DeleteHandler),
    (f"{_CHANNEL}/members", members.MembersHandler),
    (f"{_CHANNEL}/members/active", members.ActiveHandler),
    (f"{_CHANNEL}/update/members/add", members.AddHandler),
    (f"{_CHANNEL}/update/members/remove", members.RemoveHandler),
    (_MESSAGES, messages.MessagesHandler),
    (f"{_MESSAGES}/post", messages.PostHandler),
    (f"{_MESSAGES}/pinned", messages.PinnedHandler),
    (_MESSAGE, messages.MessageHandler),
    (f"{_MESSAGE}/thread", messages.ThreadHandler),
    (f"{_MESSAGE}/update", messages.UpdateMessageHandler),
    (f"{_MESSAGE}/delete", messages.DeleteMessageHandler),
    (f"{_MESSAGE}/pin", messages.PinHandler),
    (f"{_MESSAGE}/reactions/(add|remove)", messages.ReactHandler),
]
