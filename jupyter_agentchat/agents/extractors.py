"""Extractors by name: those of this package, and those that others bring as entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from jupyter_agentchat.errors import AgentError
from jupyter_agentchat.extract import (
    ActionStreamFilter,
    Extractor,
    JsonValueExtractor,
    PassthroughExtractor,
    ResponseStreamExtractor,
    XmlTagExtractor,
)

GROUP = "jupyter_agentchat.extractors"
"""The entry points under which other packages bring extractors: a callable that makes one."""

ExtractorChoice = str | Callable[[], Extractor]
"""What an agent may set as its `extractor`: a name, or a callable that makes one."""

BUILTIN: dict[str, Callable[[], Extractor]] = {
    "passthrough": PassthroughExtractor,
    "text": partial(XmlTagExtractor, "text"),
    "response": ResponseStreamExtractor,
    "actions": ActionStreamFilter,
    "json": partial(JsonValueExtractor, "response"),
}
"""``text`` and ``json`` show the tag ``<text>`` and the field ``response``."""


def installed() -> Iterable[EntryPoint]:
    """Return the entry points that other packages installed."""
    return entry_points(group=GROUP)


def make_extractor(
    choice: ExtractorChoice, find_plugins: Callable[[], Iterable[EntryPoint]] = installed
) -> Extractor:
    """Make an extractor and reset it.

    Raises
    ------
    AgentError
        If there is none of that name, it cannot be made, or what is made is none.
    """
    name = name_of(choice)
    try:
        made: Any = (_named(choice, find_plugins) if isinstance(choice, str) else choice)()
        made.reset()
    except AgentError:
        raise
    except Exception as error:
        message = f"The extractor {name!r} could not be made: {type(error).__name__}: {error}"
        raise AgentError(message) from error
    if not isinstance(made, Extractor):
        message = f"The extractor {name!r} lacks push, flush, reset or done."
        raise AgentError(message)
    return made


def name_of(choice: ExtractorChoice) -> str:
    """Return how an extractor is called in a log."""
    if isinstance(choice, str):
        return choice
    return str(getattr(choice, "__name__", type(choice).__name__))


def _named(name: str, find_plugins: Callable[[], Iterable[EntryPoint]]) -> Callable[[], Extractor]:
    if name in BUILTIN:
        return BUILTIN[name]
    plugins = {plugin.name: plugin for plugin in find_plugins()}
    if name not in plugins:
        known = ", ".join([*BUILTIN, *plugins])
        message = f"There is no extractor {name!r}. Known: {known}."
        raise AgentError(message)
    make: Callable[[], Extractor] = plugins[name].load()
    return make
