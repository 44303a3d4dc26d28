"""Version 2: late hops stand in blocks of many streams, and say how new what they tell of is.

In version 1 each row of ``stamps`` was one stream on one connection, so that 10,000 streams were
10,000 rows to decode, all of them for any question.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, text

from jupyter_agentchat.store.sql.migrations.sealing import opened, sealed

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
        old = opened(_OLD, data)
        keys = {"number": number, "channel": channel, "count": old.count, "data": _block(old)}
        connection.execute(_INSERT, keys)
    connection.execute(text("DROP TABLE stamps_1"))


def _block(old: _Old) -> bytes:
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
    return sealed(([run], heads, old.planes))
