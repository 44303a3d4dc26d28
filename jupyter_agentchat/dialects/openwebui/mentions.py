"""Mentions in a message: ``<@M:model>`` or ``<@M:model|its name>``."""

from __future__ import annotations

import re
from collections.abc import Collection

_MODEL = re.compile(r"<@M:([^|<>]{1,128})(?:\|[^<>]{0,256})?>")


def mentioned(text: str, models: Collection[str]) -> tuple[str, ...]:
    """Return those of `models` that a text mentions, in order, each once."""
    found = (match.strip() for match in _MODEL.findall(text))
    return tuple(dict.fromkeys(model for model in found if model in models))
