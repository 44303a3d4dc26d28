"""Bytes with their checksum: a bit that flips on the disk is reported, never served."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

from jupyter_agentchat.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_SUM = 4


def seal(value: bytes | memoryview) -> bytes:
    """Return `value` with its checksum behind it."""
    return b"".join((value, crc32(value).to_bytes(_SUM, "little")))


class Sealed(TypeDecorator[memoryview]):
    """A column of bytes that end with their CRC-32; read as memoryviews of what precedes it."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(
        self, value: bytes | memoryview | None, dialect: Dialect
    ) -> bytes | None:
        """Append the checksum."""
        del dialect
        return None if value is None else seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> memoryview | None:
        """Check and take off the checksum.

        Raises
        ------
        StoreError
            If the bytes are not those that were written.
        """
        del dialect
        if value is None:
            return None
        body = memoryview(value)[:-_SUM]
        if crc32(body).to_bytes(_SUM, "little") != value[-_SUM:]:
            raise StoreError("A row's checksum is wrong: the database is damaged; restore a copy.")
        return body
