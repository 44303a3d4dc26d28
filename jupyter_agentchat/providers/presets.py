"""Endpoints that everybody knows by name, and where their keys come from."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from msgspec import Struct

from jupyter_agentchat.errors import InvalidInputError, ProviderError
from jupyter_agentchat.protocol.clock import SYSTEM_CLOCK, Clock
from jupyter_agentchat.providers.base import Provider
from jupyter_agentchat.providers.openai import OpenAIProvider
from jupyter_agentchat.providers.secret import Secret
from jupyter_agentchat.providers.timeouts import Timeouts

GROUP: Final = "jupyter_agentchat.providers"
"""The entry points under which other packages bring providers."""


class Preset(Struct, frozen=True, kw_only=True):
    """An OpenAI-compatible endpoint.

    Attributes
    ----------
    base_url : str
        Where it usually is.
    key_variable : str
        The environment variable that holds its key.
    is_key_required : bool
        Whether it answers nobody without one.
    limit_field : str
        Its name for the most tokens to write.
    """

    base_url: str
    key_variable: str
    is_key_required: bool = False
    limit_field: str = "max_tokens"


PRESETS: Final[Mapping[str, Preset]] = {
    "openai": Preset(
        base_url="https://api.openai.com/v1",
        key_variable="OPENAI_API_KEY",
        is_key_required=True,
        limit_field="max_completion_tokens",
    ),
    "ollama": Preset(base_url="http://127.0.0.1:11434/v1", key_variable="OLLAMA_API_KEY"),
    "vllm": Preset(base_url="http://127.0.0.1:8000/v1", key_variable="VLLM_API_KEY"),
    "lmstudio": Preset(base_url="http://127.0.0.1:1234/v1", key_variable="LMSTUDIO_API_KEY"),
    "llamacpp": Preset(base_url="http://127.0.0.1:8080/v1", key_variable="LLAMA_API_KEY"),
}


def installed() -> Iterable[EntryPoint]:
    """Return the entry points that other packages installed."""
    return entry_points(group=GROUP)


def make_provider(
    name: str,
    *,
    base_url: str | None = None,
    key: Secret | None = None,
    timeouts: Timeouts | None = None,
    environ: Mapping[str, str] = os.environ,
    find_plugins: Callable[[], Iterable[EntryPoint]] = installed,
    clock: Clock = SYSTEM_CLOCK,
) -> Provider:
    """Return the provider of that name: a preset, or one that another package brings.

    Parameters
    ----------
    name : str
        As ``ollama``.
    base_url, key, timeouts
        Instead of the preset's; plug-ins bring their own.
    environ : mapping
        Where the key stands if none is given.

    Raises
    ------
    InvalidInputError
        If there is no provider of that name; the sentence names those there are.
    ProviderError
        If a plug-in cannot be loaded.
    """
    preset = PRESETS.get(name)
    if preset is None:
        return _from_plugin(name, find_plugins())
    return OpenAIProvider(
        base_url or preset.base_url,
        name=name,
        key=key or Secret(environ.get(preset.key_variable, "")),
        key_hint=preset.key_variable,
        is_key_required=preset.is_key_required,
        limit_field=preset.limit_field,
        timeouts=timeouts,
        clock=clock,
    )


def _from_plugin(name: str, plugins: Iterable[EntryPoint]) -> Provider:
    by_name = {plugin.name: plugin for plugin in plugins}
    if name not in by_name:
        known = [*PRESETS, *by_name]
        nearest = difflib.get_close_matches(name, known, n=1)
        guess = f'; did you mean "{nearest[0]}"?' if nearest else "."
        raise InvalidInputError(f'There is no provider "{name}"{guess} Known: {", ".join(known)}.')
    try:
        provider: Provider = by_name[name].load()()
    except (Exception, SystemExit) as error:  # a plug-in may raise anything
        raise ProviderError(
            f"The provider plug-in {name!r} ({by_name[name].value}) cannot be used: "
            f"{type(error).__name__}: {error}"
        ) from error
    return provider
