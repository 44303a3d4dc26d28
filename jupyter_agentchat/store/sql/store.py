"""The durable log in one SQL database."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, bindparam, func, insert, make_url, select, update
from sqlalchemy.exc import ArgumentError

from jupyter_agentchat.errors import InvalidInputError
from jupyter_agentchat.protocol.clock import Clock
from jupyter_agentchat.protocol.ids import new_epoch
from jupyter_agentchat.protocol.publication import Publication
from jupyter_agentchat.store.breath import Breath
from jupyter_agentchat.store.rows import Row
from jupyter_agentchat.store.sql import deltas, schema
from jupyter_agentchat.store.sql.batch import Batch
from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.instants import Instant, View, each
from jupyter_agentchat.store.sql.migrations import VERSION
from jupyter_agentchat.store.sql.reader import SqlReader
from jupyter_agentchat.store.sql.reblock import Reblocker
from jupyter_agentchat.store.sql.shelves import LateHops, Segments
from jupyter_agentchat.store.sql.state import State, load_state

_log = logging.getLogger(__name__)

MAX_LATE = 4096
"""Instants of commits to keep in memory until the re-blocking takes them."""
_MANY_ROWS = 1000
_FEW_CHANNELS = 8
"""Their deltas are encoded sooner than a pause would take."""

_SET_INSTANT = (
    update(schema.segments)
    .where(
        schema.segments.c.channel == bindparam("in_channel"),
        schema.segments.c.first_seq.between(bindparam("first"), bindparam("last")),
        schema.segments.c.store_ns == 0,
    )
    .values(store_ns=bindparam("at"))
)
_SYNC = update(schema.meta).where(schema.meta.c.key == "synced").values(value=bindparam("epoch"))


def open_url(url: str, clock: Clock, owner: str = "") -> SqlStore:
    """Open ``sqlite:///path``, or a private database that goes with the process: ``memory://``.

    Raises
    ------
    InvalidInputError
        If the URL names no file.
    StoreError
        If the file cannot be opened; see `Database`.
    """
    if url.startswith("memory:"):
        return SqlStore(Database(None, owner), clock)
    try:
        path = make_url(url).database
    except ArgumentError:
        path = None
    if not path or path == ":memory:":
        message = f"{url!r} names no file: write sqlite:///folder/file.db, or memory://."
        raise InvalidInputError(message)
    return SqlStore(Database(Path(path).absolute(), owner), clock)


class SqlStore(SqlReader):
    """`Store` on a database.

    Parameters
    ----------
    database : Database
        It belongs to this store, which closes it.
    clock : Clock
        Dates the opening.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.epoch = new_epoch()
        super().__init__(database)
        self._state: State | None = None
        self._settled = True
        try:
            self._keep_older()
            with database.transaction(full=True) as connection:
                schema.prepare(connection, str(database.path))
                known = set(connection.execute(select(schema.epochs.c.epoch)).scalars())
                while self.epoch in known:
                    self.epoch = new_epoch()
                row = {"epoch": self.epoch, "opened_us": clock.wall_us()}
                connection.execute(insert(schema.epochs), [row])
                query = select(func.max(schema.epochs.c.ordinal))
                self._ordinal = connection.execute(query).scalar_one()
                self._segments = Reblocker(connection, Segments())
                self._stamps = Reblocker(connection, LateHops())
        except BaseException:
            database.close()
            raise

    def write(self, rows: Sequence[Row], *, full: bool) -> None:
        """Commit `rows` in one transaction."""
        must_tell = not rows or len(self._late) > MAX_LATE
        if not full and not must_tell and self._state is not None:
            chunks = deltas.alone(rows, self._state)
            if chunks is not None:
                self._write_deltas(chunks, self._state)
                return
        late = self._late.view() if must_tell else {}
        state, self._state = self._state, None
        with self._database.transaction(full=full) as connection:
            if state is None:
                state = load_state(connection, self._ordinal)
            gentle = not full and len(rows) < _MANY_ROWS
            breathe = Breath() if gentle else _hurry
            batch = Batch(connection, state, self._ordinal, breathe)
            batch.add(rows)
            batch.write()
            _write_late(connection, late)
            if full and not rows:
                # Without a page to write there would be no fsync either.
                connection.execute(_SYNC, {"epoch": self.epoch})
        batch.settle()
        self._state = state
        for row in batch.blocks:
            self._segments.note(row["channel"], row["first_seq"], row["count"])
        for row in batch.stamps:
            self._stamps.note(row["channel"], row["number"], row["count"])
        self._settled = False
        for channel, instants in late.items():
            self._late.forget(channel, instants[-1].last)

    def _keep_older(self) -> None:
        """Copy a file of an older version before it is brought forward."""
        database = self._database
        with database.reading() as connection:
            found = schema.version(connection, str(database.path))
        if found is not None and found < VERSION:
            kept = database.path.with_name(f"{database.path.name}.version{found}")
            database.copy(kept)
            _log.warning(
                "%s is brought from version %d to %d; %s is the file as it was.",
                database.path,
                found,
                VERSION,
                kept,
            )

    def _write_deltas(self, chunks: dict[str, list[Publication]], state: State) -> None:
        self._state = None
        breathe = Breath() if len(chunks) > _FEW_CHANNELS else _hurry
        rows = deltas.values(chunks, breathe)
        self._database.insert(deltas.INSERT, rows)
        self._state = state
        for channel, publications in chunks.items():
            state.last[channel] = publications[-1].seq
        state.newest_t = max([state.newest_t, *(row.last_t for row in rows)])
        for row in rows:
            self._segments.note(row.channel, row.first_seq, row.chunks)
        self._settled = False

    def committed(self, channel: str, first: int, last: int, store_ns: int) -> None:
        """Remember when chunks became durable; written with their re-blocking or at the end."""
        self._late.add(channel, Instant(first, last, store_ns))

    def tidy(self, *, quiet: bool) -> bool:
        """Merge one run of small blocks; False if there is none."""
        for reblocker in (self._segments, self._stamps):
            channel = reblocker.candidate(quiet=quiet)
            if channel is None:
                continue
            late = self._late.view()
            with self._database.transaction(full=False) as connection:
                merged = reblocker.step(connection, channel, late, Breath(), quiet=quiet)
            if reblocker is self._segments:
                # The blocks themselves say now when their chunks became durable.
                self._late.forget(channel, merged)
            self._settled = False
            return True
        if quiet and not self._settled:
            if self._late:
                self.write([], full=False)
            self._database.shrink()
            self._settled = True
        return False

    def set_deleted(self, channel: str, *, deleted: bool) -> None:
        """Hide or show a channel; its seq goes on."""
        table = schema.channels
        with self._database.transaction(full=True) as connection:
            this = table.c.id == channel
            connection.execute(update(table).where(this).values(deleted=deleted))

    def close(self) -> None:
        """Write what is lazy, release the file and its lock; a second call does nothing."""
        try:
            if self._late:
                self.write([], full=False)
        finally:
            self._database.close()


def _hurry() -> None:
    """Go on at once: somebody waits for this commit, or the queue is filling up."""


def _write_late(connection: Connection, late: View) -> None:
    rows = [
        {"in_channel": channel, "first": first, "last": last, "at": store_ns}
        for channel, (first, last, store_ns) in each(late)
    ]
    if rows:
        connection.execute(_SET_INSTANT, rows)
