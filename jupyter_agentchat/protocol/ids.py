"""Identifiers: short random ones for streams and epochs, sortable ones for messages."""

from __future__ import annotations

import os
import re
import secrets
import string
import time
import uuid

from jupyter_agentchat.errors import InvalidInputError

ALPHABET = string.digits + string.ascii_letters
MAX_CHANNEL_LENGTH = 128
_CHANNEL = re.compile(r"[\w.:@+~-](?:[\w .:@+~-]*[\w.:@+~-])?\Z")


def token(length: int) -> str:
    """Return `length` random base-62 characters (5.95 bits each)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_stream_id() -> str:
    """Return a stream id: 8 characters, since every chunk carries it.

    Of n streams two are alike with probability n² / 2 / 62⁸: one in 40,000 for 100,000 streams.
    """
    return token(8)


def new_epoch() -> str:
    """Return an epoch: 4 characters, since every frame and every SSE message carries it.

    A store takes none that it has had. One that a reader brings from a store that is gone is
    taken for one of ours once in 15 million openings.
    """
    return token(4)


def new_connection_id() -> str:
    """Return a connection id."""
    return token(10)


def new_message_id() -> str:
    """Return a UUID version 7 (RFC 9562 §5.7): sortable by creation in milliseconds."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def check_channel_id(channel: object) -> str:
    """Return `channel` if it can name a channel.

    Raises
    ------
    InvalidInputError
        If it is not text of 1 to 128 letters, digits, inner blanks or ``._:@+~-``.
    """
    if not isinstance(channel, str):
        message = f"A channel's name is text, not {type(channel).__name__}."
        raise InvalidInputError(message)
    if len(channel) > MAX_CHANNEL_LENGTH or not _CHANNEL.match(channel):
        message = (
            f"{channel[:40]!r} cannot name a channel: use 1 to {MAX_CHANNEL_LENGTH} letters, "
            "digits, inner blanks or ._:@+~-"
        )
        raise InvalidInputError(message)
    return channel
