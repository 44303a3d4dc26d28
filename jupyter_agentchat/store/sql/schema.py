"""Tables of the log, and how an older file becomes a newer one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)

from jupyter_agentchat.errors import StoreFormatError
from jupyter_agentchat.store.sql import migrations
from jupyter_agentchat.store.sql.migrations import VERSION
from jupyter_agentchat.store.sql.sealed import Sealed

FORMAT = "jupyter_agentchat"

metadata = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    """Define a table whose rows stand in the tree of their key; no second tree is kept."""
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


meta = _table(
    "meta",
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
epochs = Table(
    "epochs",
    metadata,
    Column("ordinal", Integer, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("opened_us", BigInteger, nullable=False),
)
channel_epochs = _table(
    "channel_epochs",
    Column("channel", Text, primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("first_seq", BigInteger, nullable=False),
)
channels = _table(
    "channels",
    Column("id", Text, primary_key=True),
    Column("data", Sealed, nullable=False),
    # As of the last event that is no delta: later deltas say it themselves (see `log.last_seqs`).
    Column("last_seq", BigInteger, nullable=False),
    Column("cleared_seq", BigInteger, nullable=False, default=0),
    Column("deleted", Boolean, nullable=False, default=False),
)
events = _table(
    "events",
    Column("channel", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("t", BigInteger, nullable=False),
    Column("data", Sealed, nullable=False),
)
segments = _table(
    "segments",
    Column("channel", Text, primary_key=True),
    Column("first_seq", BigInteger, primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column("first_t", BigInteger, nullable=False),
    Column("last_t", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    # Of all its chunks; 0 while it is not known, NULL where the block says it chunk by chunk.
    Column("store_ns", BigInteger),
    Column("data", Sealed, nullable=False),
)
messages = _table(
    "messages",
    Column("channel", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("t", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("data", Sealed, nullable=False),
)
Index("messages_seq", messages.c.channel, messages.c.seq)
is_live = messages.c.status == "streaming"
Index(
    "messages_live",
    messages.c.channel,
    messages.c.seq,
    sqlite_where=is_live,
    postgresql_where=is_live,
)
sends = _table(
    "sends",
    Column("channel", Text, primary_key=True),
    Column("sender", Text, primary_key=True),
    Column("client_message_id", Text, primary_key=True),
    Column("data", Sealed, nullable=False),
)
reads = _table(
    "reads",
    Column("channel", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("upto", BigInteger, nullable=False),
)
streams = _table(
    "streams",
    Column("stream", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("started_us", BigInteger, nullable=False),
    Column("data", Sealed, nullable=False),
)
connections = _table(
    "connections",
    Column("connection", Text, primary_key=True),
    Column("opened_us", BigInteger, nullable=False),
    Column("data", Sealed, nullable=False),
)
stamps = Table(
    "stamps",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("channel", Text, nullable=False, index=True),
    Column("count", Integer, nullable=False),
    # No chunk that a row tells of has a later `t`.
    Column("newest_t", BigInteger, nullable=False),
    Column("data", Sealed, nullable=False),
)


def prepare(connection: Connection, name: str) -> None:
    """Create the tables in an empty database called `name`, or bring an older one forward.

    Raises
    ------
    StoreFormatError
        If the database is another program's, or a newer version's.
    """
    found = version(connection, name)
    if found is None:
        metadata.create_all(connection)
        rows = [{"key": "format", "value": FORMAT}, {"key": "version", "value": str(VERSION)}]
        connection.execute(insert(meta), [*rows, {"key": "synced", "value": ""}])
        return
    for migrate in migrations.MIGRATIONS[found - 1 :]:
        migrate(connection)
    is_version = meta.c.key == "version"
    connection.execute(update(meta).where(is_version).values(value=str(VERSION)))


def version(connection: Connection, name: str) -> int | None:
    """Return the version of a database called `name`, None if it is empty.

    Raises
    ------
    StoreFormatError
        If it is another program's, or of a version that this package does not know.
    """
    names = inspect(connection).get_table_names()
    if not names:
        return None
    found = _version(connection, names)
    if found is None:
        message = f"{name} is another program's database; choose another file."
        raise StoreFormatError(message)
    if found > VERSION:
        message = (
            f"{name} was written by a newer jupyter_agentchat (its format is {found}, this one "
            f"reads up to {VERSION}); upgrade, or choose another file."
        )
        raise StoreFormatError(message)
    return found


def _version(connection: Connection, names: list[str]) -> int | None:
    if meta.name not in names:
        return None
    columns = {column["name"] for column in inspect(connection).get_columns(meta.name)}
    if columns != set(meta.c.keys()):
        return None
    rows = connection.execute(select(meta.c.key, meta.c.value))
    facts: dict[str, str] = {row.key: row.value for row in rows}
    version = facts.get("version", "")
    return int(version) if facts.get("format") == FORMAT and version.isdigit() else None
