"""All addresses of the extension: each face is loaded by name when its first request comes.

A server that nobody asks for a dialect does not wait for its modules when it starts.
"""

from __future__ import annotations

import re
from functools import cached_property
from importlib import import_module
from typing import Any

from jupyter_server.utils import url_path_join
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import PathMatches, Router, Rule, RuleRouter
from tornado.web import Application, RequestHandler

PREFIX = "agentchat"
FACES = (
    ("/eliza", "jupyter_agentchat.dialects.eliza.routes"),
    ("/openai/v1", "jupyter_agentchat.dialects.openai.routes"),
    ("/openwebui", "jupyter_agentchat.dialects.openwebui.routes"),
    ("", "jupyter_agentchat.dialects.native.routes"),
)
"""Where each face stands below the prefix, and the module of its ``ROUTES``; tried in order."""
_NOT_FOUND = ("jupyter_agentchat.web.handlers", "NotFoundHandler")


class Face(Router):
    """The addresses below one prefix; to Tornado, a router.

    Parameters
    ----------
    prefix : str
        Begins with the server's base URL and has no slash at its end.
    module : str
        Holds ``ROUTES``: patterns relative to the prefix, with their handlers.
    """

    def __init__(self, application: Application, prefix: str, module: str) -> None:
        self._application = application
        self._prefix = re.escape(prefix)
        self._module = module

    @property
    def rule(self) -> Rule:
        """What leads here: everything below the prefix, so that no other handler gets it."""
        return Rule(PathMatches(f"{self._prefix}(?:/.*)?"), self)

    @property
    def rules(self) -> list[Rule]:
        """Each address with its handler, loaded if need be."""
        return self._loaded.rules

    def find_handler(
        self,
        request: HTTPServerRequest,
        **kwargs: object,  # noqa: ARG002 - Tornado's interface
    ) -> HTTPMessageDelegate | None:
        """Return what answers a request; the first one waits for the face's modules."""
        return self._loaded.find_handler(request)

    @cached_property
    def _loaded(self) -> RuleRouter:
        routes = import_module(self._module).ROUTES
        not_found = getattr(import_module(_NOT_FOUND[0]), _NOT_FOUND[1])
        rules = [(f"{self._prefix}/{pattern}/?", handler) for pattern, handler in routes]
        return _Handlers(self._application, [*rules, (f"{self._prefix}(?:/.*)?", not_found)])


class _Handlers(RuleRouter):
    """Leads to handlers of an application."""

    def __init__(
        self, application: Application, rules: list[tuple[str, type[RequestHandler]]]
    ) -> None:
        super().__init__(rules)
        self._application = application

    def get_target_delegate(
        self,
        target: type[RequestHandler],
        request: HTTPServerRequest,
        **target_params: Any,  # noqa: ANN401 - Tornado's interface
    ) -> HTTPMessageDelegate:
        """Let the application run a handler."""
        return self._application.get_handler_delegate(request, target, **target_params)


def mount(application: Application, base_url: str) -> None:
    """Let an application answer all our addresses."""
    for below, module in FACES:
        face = Face(application, url_path_join(base_url, PREFIX) + below, module)
        application.default_router.rules.insert(-1, face.rule)  # before Jupyter's own
