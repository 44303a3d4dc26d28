"""The endpoint's addresses, relative to ``{base_url}agentchat/openai/v1/``."""

from __future__ import annotations

from tornado.web import RequestHandler

from jupyter_agentchat.dialects.openai.completions import CompletionsHandler
from jupyter_agentchat.dialects.openai.models import ModelHandler, ModelsHandler

ROUTES: list[tuple[str, type[RequestHandler]]] = [
    ("models", ModelsHandler),
    ("models/(.+?)", ModelHandler),
    ("chat/completions", CompletionsHandler),
]
