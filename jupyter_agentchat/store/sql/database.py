"""One SQLite file: a connection that writes, others that read beside it (WAL).

What is particular to SQLite stands here and in `errors`; another database brings another class
with these methods.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event

from jupyter_agentchat.errors import StoreError
from jupyter_agentchat.store.lock import OwnerLock
from jupyter_agentchat.store.sql.errors import translated

BUSY_S = 5.0
"""How long to wait for another program's lock on the file."""
_BEGIN_WRITING = "BEGIN IMMEDIATE"
_FULL, _NORMAL, _OFF = "FULL", "NORMAL", "OFF"
_READERS = 4
"""Reading connections that stay open."""


class Database:
    """A file that this process owns.

    Parameters
    ----------
    path : Path or None
        The file; it and its folder are made if they do not exist. None is a private temporary
        file that `close` deletes and no power cut concerns.
    owner : str
        Whom the lock names, beside this process.

    Raises
    ------
    StoreLockedError, StoreReadOnlyError, StoreFormatError, StoreFullError
        What their names say of the file.
    """

    def __init__(self, path: Path | None, owner: str = "") -> None:
        self._private = path is None
        if path is None:
            path = Path(tempfile.mkdtemp(prefix="agentchat-")) / "log.db"
        self.path = path
        self._mutex = threading.Lock()
        self._connection: Connection | None = None
        self._synchronous = ""
        self._closed = False
        with translated(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = OwnerLock(path, owner)
            try:
                # What people say is nobody else's to read; SQLite's side files get the same mode.
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
                self._writer = _engine(path, _BEGIN_WRITING, poolclass=NullPool)
                self._readers = _engine(
                    path, "BEGIN", poolclass=QueuePool, pool_size=_READERS, max_overflow=-1
                )
                self._writing()
            except BaseException:
                self._lock.release()
                raise

    @contextmanager
    def transaction(self, *, full: bool) -> Iterator[Connection]:
        """Commit what is done inside, synchronised with the disk if `full`; else nothing of it."""
        with self._mutex:
            try:
                with translated(self.path):
                    connection = self._writing()
                    self._set_synchronous(connection, full=full)
                    with connection.begin():
                        yield connection
            except BaseException:
                # After a failed write or fsync its caches are not to be trusted.
                self._drop()
                raise

    def insert(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Commit rows of one statement of the driver, not synchronised; all of them or none."""
        with self._mutex:
            try:
                with translated(self.path):
                    connection = self._writing()
                    self._set_synchronous(connection, full=False)
                    raw = _raw(connection)
                    raw.execute(_BEGIN_WRITING)
                    for row in rows:
                        raw.execute(statement, row)
                    raw.execute("COMMIT")
            except BaseException:
                self._drop()
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Show the log as it is at the first query inside; never waits for a writer."""
        if self._closed:
            raise StoreError("The store is closed.")
        with translated(self.path), self._readers.connect() as connection:
            yield connection

    def copy(self, target: Path) -> None:
        """Make a copy of the file, the write-ahead log included; whole or not at all."""
        part = target.with_name(f"{target.name}.part")
        with self._mutex, translated(target):
            try:
                part.unlink(missing_ok=True)
                os.close(os.open(part, os.O_RDWR | os.O_CREAT, 0o600))
                with closing(sqlite3.connect(part)) as other:
                    _raw(self._writing()).backup(other)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)

    def shrink(self) -> None:
        """Give the pages that nothing uses, and the write-ahead log's, back to the disk."""
        with self._mutex, translated(self.path):
            raw = _raw(self._writing())
            raw.executescript("PRAGMA incremental_vacuum")  # execute() would free one page only
            # A reader that is under way keeps the log; it is not worth waiting for.
            raw.execute("PRAGMA busy_timeout=0")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            raw.execute(f"PRAGMA busy_timeout={int(BUSY_S * 1000)}")

    def close(self) -> None:
        """Release the file and its lock; a second call does nothing."""
        with self._mutex:
            if self._closed:
                return
            self._closed = True
            self._readers.dispose()
            if self._connection is not None:
                # The last connection that closes moves the write-ahead log into the file.
                self._connection.close()
                self._connection = None
            if self._private:
                shutil.rmtree(self.path.parent, ignore_errors=True)
            self._lock.release()

    def _writing(self) -> Connection:
        if self._closed:
            raise StoreError("The store is closed.")
        if self._connection is None:
            self._connection = self._writer.connect()
            self._set_synchronous(self._connection, full=True)
            _set_up(_raw(self._connection), self.path)
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._synchronous = ""
        if connection is not None:
            with suppress(Exception):
                connection.invalidate()
                connection.close()

    def _set_synchronous(self, connection: Connection, *, full: bool) -> None:
        mode = _OFF if self._private else _FULL if full else _NORMAL
        if mode != self._synchronous:
            _raw(connection).execute(f"PRAGMA synchronous={mode}")
            self._synchronous = mode


def _engine(path: Path, begin: str, **pool: Any) -> Engine:  # noqa: ANN401 - create_engine's own
    url = URL.create("sqlite", database=str(path))
    arguments = {"timeout": BUSY_S, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, **pool)

    # Transactions begin where SQLAlchemy says, not at the driver's first INSERT.
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        _raw(connection).execute(begin)

    return engine


def _set_up(raw: Any, path: Path) -> None:  # noqa: ANN401 - the driver's connection
    (pages,) = raw.execute("PRAGMA page_count").fetchone()
    if pages == 0:  # it takes effect in an empty file only, but would write to any
        raw.execute("PRAGMA auto_vacuum=INCREMENTAL")
    (mode,) = raw.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        message = f"{path} cannot keep a write-ahead log on this file system; use a local disk."
        raise StoreError(message)


def _raw(connection: Connection) -> Any:  # noqa: ANN401 - the driver's connection
    return connection.connection.driver_connection
