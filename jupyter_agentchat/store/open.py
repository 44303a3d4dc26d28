"""Opening a store by its URL; its module is imported then and not before."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import cast

from jupyter_agentchat.errors import InvalidInputError, StoreError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.store.base import Store

Opener = Callable[[str, Clock, str], Store]
"""Opens a URL; the last argument is what its lock says beside the process."""

GROUP = "jupyter_agentchat.stores"
"""Entry points of other packages' stores: the scheme, and its `Opener`."""

_BUILT_IN = {
    "memory": "jupyter_agentchat.store.sql.store:open_url",
    "sqlite": "jupyter_agentchat.store.sql.store:open_url",
}


def open_store(url: str, clock: Clock, *, owner: str = "") -> Store:
    """Open the store that `url` names.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` for a file, ``memory://`` for one that goes with the process, or a
        scheme of the entry points `GROUP`.
    clock : Clock
        The process's clock.
    owner : str
        What the store's lock tells others beside the process, such as the server's URL.

    Raises
    ------
    InvalidInputError
        If nothing is known by the URL's scheme.
    StoreError
        If the store cannot be opened.
    """
    scheme = url.partition(":")[0]
    return _opener(scheme)(url, clock, owner)


def _opener(scheme: str) -> Opener:
    if scheme in _BUILT_IN:
        module, _, name = _BUILT_IN[scheme].partition(":")
        return cast("Opener", getattr(import_module(module), name))
    plugins = entry_points(group=GROUP)
    for plugin in plugins.select(name=scheme):
        try:
            return cast("Opener", plugin.load())
        except Exception as error:
            message = f"The store {plugin.name!r} of {plugin.value} cannot be loaded: {error}."
            raise StoreError(message) from error
    known = ", ".join(f"{name}:" for name in sorted({*_BUILT_IN, *plugins.names}))
    message = f"There is no store for {scheme!r}; a store's URL begins with one of {known}"
    raise InvalidInputError(message)
