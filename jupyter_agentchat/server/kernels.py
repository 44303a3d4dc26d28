"""How a kernel finds its own server: two environment variables that it inherits."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from urllib.parse import urlsplit

from jupyter_server.serverapp import ServerApp

from jupyter_agentchat.protocol.announcement import SECRET_VARIABLE, URL_VARIABLE

_WILDCARDS = frozenset({"", "*", "0.0.0.0", "::"})  # noqa: S104 - compared, never bound


def url_for_kernels(app: ServerApp) -> str | None:
    """Return where a process of this machine reaches `app`; None behind a Unix socket."""
    if app.sock:
        return None
    parts = urlsplit(app.connection_url)
    if app.ip in _WILDCARDS:
        parts = parts._replace(netloc=f"127.0.0.1:{app.port}")
    return parts._replace(query="", fragment="").geturl()


def announce(
    url: str | None, secret: str, environment: MutableMapping[str, str] = os.environ
) -> None:
    """Let the kernels that start from now on find this server."""
    if url is not None:
        environment[URL_VARIABLE] = url
        environment[SECRET_VARIABLE] = secret


def withdraw(secret: str, environment: MutableMapping[str, str] = os.environ) -> None:
    """Take the announcement back, unless a later server of this process has replaced it."""
    if environment.get(SECRET_VARIABLE) == secret:
        environment.pop(URL_VARIABLE, None)
        del environment[SECRET_VARIABLE]
