"""Version 2: late hops stand in blocks of many streams, and say how new what they tell of is.

In version 1 each row of ``stamps`` was one stream on one connection, so that 10,000 streams were
10,000 rows to decode, all of them for any question.
"""

from __future__ import annotations

from zlib import crc32

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, text

from jupyter_agentchat.errors import StoreError

_STEPS = (
    "ALTER TABLE stamps RENAME TO stamps_1",
    "DROP INDEX ix_stamps_channel",
    """
    CREATE TABLE stamps (
      number INTEGER NOT NULL, channel TEXT NOT NULL, count INTEGER NOT NULL,
      newest_t BIGINT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (number)
    )
    """,
    "CREATE INDEX ix_stamps_channel ON stamps (channel)",
)
_INSERT = text(
    "INSERT INTO stamps VALUES (:number, :channel, :count,"
    " coalesce((SELECT max(last_t) FROM segments WHERE channel = :channel), 0), :data)"
)


class _Old(Struct, frozen=True, array_like=True):
    count: int
    heads: tuple[tuple[int, int] | None, ...]
    planes: bytes
    stream: str
    connection: str
    clock_id: str
    client_clock_id: str | None
    offset_ns: int | None
    uncertainty_ns: int | None
    is_replay: bool
    hidden: bool


_OLD = msgspec.msgpack.Decoder(_Old)


def migrate(connection: Connection) -> None:
    """Bring a database of version 1 forward.

    Raises
    ------
    StoreError
        If a row is damaged.
    """
    for step in _STEPS:
        connection.execute(text(step))
    rows = connection.execute(text("SELECT number, channel, data FROM stamps_1 ORDER BY number"))
    for number, channel, data in rows.fetchall():
        old = _opened(data)
        keys = {"number": number, "channel": channel, "count": old.count, "data": _sealed(old)}
        connection.execute(_INSERT, keys)
    connection.execute(text("DROP TABLE stamps_1"))


def _opened(data: bytes) -> _Old:
    body, checksum = data[:-4], data[-4:]
    if crc32(body).to_bytes(4, "little") != checksum:
        raise StoreError("A row's checksum is wrong: the database is damaged; restore a copy.")
    try:
        return _OLD.decode(body)
    except msgspec.MsgspecError as error:
        message = f"A row of late hops cannot be read: {error}. The database is damaged."
        raise StoreError(message) from error


def _sealed(old: _Old) -> bytes:
    """Return one run: the instants that it lacked are zeros, which have no plane."""
    told = sum(1 << bit for bit, head in enumerate(old.heads[1:]) if head is not None)
    run = (
        old.stream,
        old.connection,
        old.clock_id,
        old.count,
        told,
        old.client_clock_id,
        old.offset_ns,
        old.uncertainty_ns,
        old.is_replay,
        old.hidden,
    )
    heads = [(0, 0) if head is None else head for head in old.heads]
    body = msgspec.msgpack.encode(([run], heads, old.planes))
    return body + crc32(body).to_bytes(4, "little")
