"""Tables without what people and agents said: for sharing."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable

import pyarrow as pa

from jupyter_agentchat.errors import InvalidInputError

CHOICES = ("keep", "hash", "drop")

_TEXTS = frozenset({"text", "error"})
"""Columns that hold what somebody or some model wrote."""
_FACTS = frozenset({"seq", "type", "t", "stream", "message", "index", "kind", "agent", "reply_to"})
"""What is kept of an event; a message is kept by its id alone."""
_HEX = 32


def new_key() -> bytes:
    """Return a key for one export; forgotten, nobody can try out what a hash is of."""
    return secrets.token_bytes(32)


def guard(table: pa.Table, text: str, key: bytes) -> pa.Table:
    """Return a table with its texts kept, hashed or dropped; its schema stays.

    Lengths, instants, ids and the names of agents and users stay as they are: leave out the columns
    that tell too much. The share of equal texts is told by ``hash``, on purpose.

    Parameters
    ----------
    table : pyarrow.Table
        One of the log's.
    text : {"keep", "hash", "drop"}
        hash: HMAC-SHA-256 of each text, 32 hexadecimal digits; equal texts have equal ones. drop:
        empty texts. With both, an event's data keeps its place, type and ids alone.
    key : bytes
        Of the hash; see `new_key`. Equal texts are told by one key alone.

    Raises
    ------
    InvalidInputError
        `text` is none of these.
    """
    if text not in CHOICES:
        raise InvalidInputError(f"text={text!r} is not known; choose one of {', '.join(CHOICES)}")
    if text == "keep":
        return table
    for place, field in enumerate(table.schema):
        if field.name in _TEXTS:
            hide = _digests(key) if text == "hash" else _nothing
        elif field.name == "data":
            hide = _bare
        else:
            continue
        values = [None if value is None else hide(value) for value in table[place].to_pylist()]
        table = table.set_column(place, field, pa.array(values, field.type))
    return table


def _digests(key: bytes) -> Callable[[str], str]:
    def digest(text: str) -> str:
        return hmac.new(key, text.encode(), "sha256").hexdigest()[:_HEX] if text else ""

    return digest


def _nothing(_: str) -> str:
    return ""


def _bare(data: str) -> str:
    """Return an event's JSON with its place, type and ids alone."""
    event = json.loads(data)
    kept = {name: value for name, value in event.items() if name in _FACTS}
    if isinstance(event.get("message"), dict):
        kept["message"] = event["message"].get("id")
    return json.dumps(kept, separators=(",", ":"))
