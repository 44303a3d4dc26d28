"""Checks of an experiment's values: each returns the final form, or says what is wrong."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from jupyter_agentchat.errors import InvalidInputError

TRANSPORTS: Final = ("ws", "sse", "openai")
"""How a trial's request can be made; ``ws`` is also the embedded runtime's."""
_SHA256: Final = re.compile("[0-9a-f]{64}")


def prompts_of(given: object) -> dict[str, str]:
    """Return label → text."""
    if isinstance(given, str):
        given = [given]
    if isinstance(given, Mapping):
        pairs: Iterable[tuple[object, object]] = given.items()
    elif isinstance(given, Sequence):
        pairs = ((f"p{index}", text) for index, text in enumerate(given, 1))
    else:
        raise InvalidInputError("prompts is a list of texts, or a mapping of labels to texts.")
    found: dict[str, str] = {}
    for label, text in pairs:
        if not isinstance(text, str) or not text.strip():
            raise InvalidInputError(f"The prompt {label!s} is a text that says something.")
        found[str(label)] = text
    if not found:
        raise InvalidInputError("prompts is empty; an experiment needs at least one.")
    return found


def names_of(key: str, given: object) -> tuple[str, ...]:
    """Return names, each once."""
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, Sequence) or not given:
        raise InvalidInputError(f"{key} is a list of names with at least one.")
    for name in given:
        if not isinstance(name, str) or not name:
            raise InvalidInputError(f"{key} holds names, not {name!r}.")
    if len(set(given)) < len(given):
        raise InvalidInputError(f"{key} names one of them twice; use repeats to repeat.")
    return tuple(given)


def transports_of(given: object) -> tuple[str, ...]:
    """Return known transports, each once."""
    names = names_of("transports", given)
    for name in names:
        if name not in TRANSPORTS:
            known = ", ".join(TRANSPORTS)
            raise InvalidInputError(f"There is no transport {name!r}; choose from {known}.")
    return names


def settings_of(given: object) -> dict[str, dict[str, Any]]:
    """Return label → metadata, all of it JSON."""
    if not isinstance(given, Mapping) or not given:
        message = 'settings is a mapping of labels to metadata, such as {"fast": {…}, "slow": {…}}.'
        raise InvalidInputError(message)
    for label, metadata in given.items():
        if not isinstance(metadata, Mapping):
            raise InvalidInputError(f"The setting {label!r} is a mapping, not {metadata!r:.80}.")
        try:
            json.dumps(metadata, allow_nan=False)
        except (TypeError, ValueError):
            message = f"The setting {label!r} is no JSON: text, finite numbers, lists, mappings."
            raise InvalidInputError(message) from None
    return {str(label): dict(cast("Mapping[str, Any]", each)) for label, each in given.items()}


def whole(key: str, given: object, *, least: int) -> int:
    """Return a whole number."""
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        raise InvalidInputError(f"{key} is a whole number from {least}, not {given!r}.")
    return given


def seconds(given: object) -> float:
    """Return a number of seconds."""
    right = isinstance(given, int | float) and not isinstance(given, bool)
    if not right or not (math.isfinite(cast("float", given)) and cast("float", given) > 0):
        raise InvalidInputError(f"timeout_s is a number of seconds above 0, not {given!r}.")
    return float(cast("float", given))


def truth(key: str, given: object) -> bool:
    """Return true or false."""
    if not isinstance(given, bool):
        raise InvalidInputError(f"{key} is true or false, not {given!r}.")
    return given


def digest_of(given: object) -> str | None:
    """Return a SHA-256 in hexadecimal, or None."""
    if given is not None and not (isinstance(given, str) and _SHA256.fullmatch(given)):
        message = f"trace_sha256 is 64 digits of 0-9 and a-f in quotes, not {given!r:.80}."
        raise InvalidInputError(message)
    return given


def name_of(given: object) -> str:
    """Return a name."""
    if not isinstance(given, str) or not given.strip():
        raise InvalidInputError("name is a text.")
    return given
