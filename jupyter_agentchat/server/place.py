"""Where the log of a server lives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TypeVar

from jupyter_agentchat.errors import StoreError, StoreLockedError

MAX_SERVERS = 32
"""Servers that may share one root folder, each with a file of its own."""

T = TypeVar("T")
_CREDENTIALS = re.compile(r"\A([\w+.-]+://)[^/@]*@")


def default_url(data_dir: str, root_dir: str) -> str:
    """Return the store of the server that serves `root_dir`."""
    name = hashlib.sha256(str(Path(root_dir).resolve()).encode()).hexdigest()[:16]
    return f"sqlite:///{Path(data_dir).absolute() / 'agentchat' / f'{name}.db'}"


def make_folder(url: str) -> None:
    """Make the folder of a default store.

    Raises
    ------
    StoreError
        If that is not possible.
    """
    folder = Path(url.removeprefix("sqlite:///")).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder {folder} cannot be made ({error.strerror}); set store_url."
        raise StoreError(message) from error


async def open_own(url: str, opened: Callable[[str], Awaitable[T]]) -> tuple[T, str, str | None]:
    """Open a store, or, while another server holds it, one beside it.

    Parameters
    ----------
    opened : callable
        Opens a URL.

    Returns
    -------
    what `opened` returned, its URL, and what people should know about it

    Raises
    ------
    StoreError
        If none can be opened.
    """
    refusal: StoreLockedError | None = None
    for candidate in _candidates(url):
        try:
            service = await opened(candidate)
        except StoreLockedError as error:
            refusal = refusal or error
            continue
        note = None
        if refusal is not None:
            why = str(refusal).partition(";")[0]
            note = f"{why}; this server keeps its own log in {without_credentials(candidate)}."
        return service, candidate, note
    raise refusal or StoreError(f"No store could be opened at {url}.")


def without_credentials(url: str) -> str:
    """Return a store's URL as it may be shown."""
    return _CREDENTIALS.sub(r"\1", url)


def _candidates(url: str) -> Iterator[str]:
    yield url
    if not url.startswith("sqlite:"):
        return
    for number in count(2):
        if number > MAX_SERVERS:
            return
        yield f"{url.removesuffix('.db')}-{number}.db"
