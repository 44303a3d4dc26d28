"""Rows of late hops as versions 1 to 3 seal them: msgpack, and its checksum behind it."""

from __future__ import annotations

from typing import TypeVar
from zlib import crc32

import msgspec

from jupyter_agentchat.errors import StoreError

_SUM = 4
Old = TypeVar("Old")


def opened(decoder: msgspec.msgpack.Decoder[Old], data: bytes) -> Old:
    """Return what a row held.

    Raises
    ------
    StoreError
        If it is damaged.
    """
    body, checksum = data[:-_SUM], data[-_SUM:]
    if crc32(body).to_bytes(_SUM, "little") != checksum:
        raise StoreError("A row's checksum is wrong: the database is damaged; restore a copy.")
    try:
        return decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise damaged(error) from error


def sealed(row: object) -> bytes:
    """Return the bytes of a row."""
    body = msgspec.msgpack.encode(row)
    return body + crc32(body).to_bytes(_SUM, "little")


def damaged(error: Exception) -> StoreError:
    """Return what is said of a row that its checksum does not explain."""
    return StoreError(f"A row of late hops cannot be read: {error}. The database is damaged.")
