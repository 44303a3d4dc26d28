"""Where a kernel's own server is: arguments, then the environment, then the list of servers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

from msgspec import Struct

from jupyter_agentchat.client.credential import Token
from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.announcement import SECRET_HEADER, SECRET_VARIABLE, URL_VARIABLE

_PAGE = re.compile(r"/(lab|tree|notebooks|doc)(/.*)?$")
"""Jupyter's pages, below the base URL."""


class Server(Struct, frozen=True):
    """A server and what opens it; `__repr__` never shows the credentials."""

    url: str
    """The Jupyter server's base URL, with a trailing slash."""
    token: Token | None = None
    secret: str | None = None
    is_chosen: bool = True
    """False if it was found in the list of servers, where nothing tells of the extension."""

    def __repr__(self) -> str:
        """Show the URL alone."""
        return f"Server({self.url!r})"

    def headers(self, token: str | None = None) -> dict[str, str]:
        """Return the headers that authenticate a request.

        Parameters
        ----------
        token : str
            What was read from `token` where that is a callable.
        """
        if self.secret:
            return {SECRET_HEADER: self.secret}
        token = token or (self.token if isinstance(self.token, str) else None)
        return {"Authorization": f"token {token}"} if token else {}


def discover(
    url: str | None = None,
    token: Token | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    running: Iterable[Mapping[str, object]] | None = None,
) -> Server | None:
    """Return the server to talk to, None if there is none.

    Parameters
    ----------
    url, token : str
        Explicit arguments win.
    environment : mapping
        Kernels inherit the server's URL and a secret good for our routes only.
    running : iterable of mapping
        What Jupyter servers write about themselves; by default read from the runtime folder.
        A server is ours if it started this process's kernel.

    Raises
    ------
    InvalidInputError
        If `url` is none.
    """
    if url is not None:
        return _explicit(url, token)
    if environment.get(URL_VARIABLE) and environment.get(SECRET_VARIABLE):
        return Server(_slash(environment[URL_VARIABLE]), secret=environment[SECRET_VARIABLE])
    parent = environment.get("JPY_PARENT_PID", "")
    for info in _running() if running is None else running:
        if parent and str(info.get("pid")) == parent and info.get("token"):
            return Server(_slash(str(info["url"])), token=str(info["token"]), is_chosen=False)
    return None


def running_servers(running: Iterable[Mapping[str, object]] | None = None) -> list[Server]:
    """Return this user's servers that open with a token or with nothing, the latest first.

    Parameters
    ----------
    running : iterable of mapping
        What Jupyter servers write about themselves, the latest last; by default read from the
        runtime folder. Those that have ended without a word may be among them.
    """
    found = list(_running() if running is None else running)
    return [
        Server(_slash(str(info["url"])), token=str(info.get("token") or "") or None)
        for info in reversed(found)
        if str(info.get("url", "")).startswith(("http://", "https://"))
        and (info.get("token") or not info.get("password"))
    ]


def _explicit(url: str, token: Token | None) -> Server:
    """Read a base URL, or what people copy from a terminal: ``…/lab/tree/x.ipynb?token=…``."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        message = f"A server's URL looks like http://localhost:8888/, not {url!r}."
        raise InvalidInputError(message)
    found = parse_qs(parts.query).get("token", [None])[0]
    path = _PAGE.sub("/", parts.path) if found else parts.path
    return Server(_slash(urlunsplit((parts.scheme, parts.netloc, path, "", ""))), token or found)


def _slash(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


def _running() -> list[Mapping[str, object]]:
    from jupyter_core.paths import jupyter_runtime_dir  # noqa: PLC0415 - only where it is asked

    found = []
    for file in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            found.append((file.stat().st_mtime_ns, file.name, json.loads(file.read_text())))
        except (OSError, ValueError):
            continue
    return [info for _, _, info in sorted(found, key=lambda each: each[:2])]
