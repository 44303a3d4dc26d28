"""Bodies of requests, read into types with sentences for people."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from jupyter_agentchat.errors import InvalidInputError, InvalidJSONError, TooLargeError
from jupyter_agentchat.protocol.commands import MAX_COMMAND_BYTES

MAX_DEPTH = 64
MAX_KEYS = 1_000
"""Bounds on what a sender may add as metadata (reliability R22)."""

T = TypeVar("T")


def read_body(body: bytes, kind: type[T], *, limit: int = MAX_COMMAND_BYTES) -> T:
    """Decode a JSON body; an empty one counts as ``{}``.

    Raises
    ------
    TooLargeError
        If it has more than `limit` bytes.
    InvalidJSONError
        If it is not JSON.
    InvalidInputError
        If a field is missing or of the wrong type; the sentence names it.
    """
    if len(body) > limit:
        raise TooLargeError(f"The body has {len(body)} bytes and at most {limit} are taken.")
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"The body is wrong: {error}.") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidJSONError(f"The body is not valid JSON: {error}.") from None


def check_metadata(metadata: dict[str, object]) -> None:
    """Refuse metadata that is nested too deep or has too many keys.

    Raises
    ------
    InvalidInputError
        If it is.
    """
    level: list[object] = [metadata]
    keys = 0
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                keys += len(value)
                below += value.values()
            elif isinstance(value, list):
                below += value
        if keys > MAX_KEYS:
            raise InvalidInputError(f"metadata has more than {MAX_KEYS} keys.")
        if not below:
            return
        level = below
    raise InvalidInputError(f"metadata is nested deeper than {MAX_DEPTH} levels.")
