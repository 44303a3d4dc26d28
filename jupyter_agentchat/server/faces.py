"""All addresses of the extension, in the order in which they are tried."""

from __future__ import annotations

from tornado.web import RequestHandler

from jupyter_agentchat.dialects.eliza.routes import ROUTES as ELIZA
from jupyter_agentchat.dialects.native.routes import ROUTES as NATIVE
from jupyter_agentchat.dialects.openai.routes import ROUTES as OPENAI
from jupyter_agentchat.dialects.openwebui.routes import ROUTES as OPENWEBUI
from jupyter_agentchat.web.handlers import NotFoundHandler

PREFIX = "agentchat"


def handlers() -> list[tuple[str, type[RequestHandler]]]:
    """Return patterns relative to the server's base URL, with their handlers."""
    faces = [("", NATIVE), ("eliza/", ELIZA), ("openai/v1/", OPENAI), ("openwebui/", OPENWEBUI)]
    mounted = [
        (f"{PREFIX}/{prefix}{pattern}/?", handler)
        for prefix, routes in faces
        for pattern, handler in routes
    ]
    return [*mounted, (f"{PREFIX}(?:/.*)?", NotFoundHandler)]
