from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from jupyter_agentchat.errors import (
    StoreError,
    StoreFormatError,
    StoreLockedError,
    StoreReadOnlyError,
)
from jupyter_agentchat.store.sql import database as module
from jupyter_agentchat.store.sql.database import Database

CREATE = text("CREATE TABLE things (thing TEXT UNIQUE)")
INSERT = text("INSERT INTO things VALUES ('one')")
COUNT = text("SELECT count(*) FROM things")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "log.db"


def count(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(COUNT).scalar_one())


@pytest.mark.parametrize("full", [True, False])
def test_a_transaction_is_read_by_others_once_it_is_committed(path: Path, full: bool) -> None:  # noqa: FBT001
    with closing(Database(path)) as database:
        with database.transaction(full=full) as connection:
            connection.execute(CREATE)
        with database.transaction(full=full) as connection:
            connection.execute(INSERT)
            assert count(database) == 0
        assert count(database) == 1


def test_what_fails_inside_leaves_nothing(path: Path) -> None:
    with closing(Database(path)) as database:
        with database.transaction(full=False) as connection:
            connection.execute(CREATE)

        def twice() -> None:
            with database.transaction(full=False) as connection:
                connection.execute(INSERT)
                connection.execute(INSERT)

        with pytest.raises(StoreError, match="UNIQUE"):
            twice()
        assert count(database) == 0
        with database.transaction(full=True) as connection:
            connection.execute(INSERT)
        assert count(database) == 1


def test_only_full_transactions_wait_for_the_disk(path: Path) -> None:
    modes = []
    with closing(Database(path)) as database:
        for full in (True, False, False, True):
            with database.transaction(full=full) as connection:
                modes.append(connection.execute(text("PRAGMA synchronous")).scalar_one())
    assert modes == [2, 1, 1, 2]


def test_a_private_database_waits_for_no_disk_and_leaves_nothing() -> None:
    database = Database(None)
    with database.transaction(full=True) as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 0
        connection.execute(CREATE)
    assert database.path.exists()
    database.close()
    assert not database.path.parent.exists()


def test_nobody_else_may_read_the_files(path: Path) -> None:
    with closing(Database(path)) as database:
        with database.transaction(full=True) as connection:
            connection.execute(CREATE)
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    assert modes == dict.fromkeys(["log.db", "log.db-wal", "log.db-shm", "log.db.lock"], 0o600)


def test_closing_leaves_one_file(path: Path) -> None:
    database = Database(path)
    with database.transaction(full=False) as connection:
        connection.execute(CREATE)
    database.close()
    database.close()
    assert os.listdir(path.parent) == ["log.db"]  # noqa: PTH208
    for use in (lambda: count(database), database.shrink):
        with pytest.raises(StoreError, match="closed"):
            use()


def test_shrinking_gives_space_back(path: Path) -> None:
    with closing(Database(path)) as database:
        with database.transaction(full=False) as connection:
            connection.execute(CREATE)
            connection.execute(text("INSERT INTO things VALUES (zeroblob(1000000))"))
        with database.transaction(full=False) as connection:
            connection.execute(text("DELETE FROM things"))
        database.shrink()
        sizes = {each.name: each.stat().st_size for each in path.parent.iterdir()}
    assert sizes["log.db"] < 50_000
    assert sizes["log.db-wal"] == 0


def test_shrinking_does_not_wait_for_readers(path: Path) -> None:
    with closing(Database(path)) as database:
        with database.transaction(full=False) as connection:
            connection.execute(CREATE)
        with database.reading() as reader:
            reader.execute(COUNT)
            shrinking = threading.Thread(target=database.shrink)
            shrinking.start()
            shrinking.join(module.BUSY_S / 2)
            assert not shrinking.is_alive()


def test_a_second_owner_is_refused(path: Path) -> None:
    owner = closing(Database(path, "http://here"))
    with owner, pytest.raises(StoreLockedError, match=rf"in use by process {os.getpid()} \(http"):
        Database(path)
    Database(path).close()


def test_another_programs_lock_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_S", 0.01)
    with closing(Database(path)) as database:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            refused = pytest.raises(StoreLockedError, match="locked by another program")
            with refused, database.transaction(full=False):
                pass
            other.execute("ROLLBACK")
        with database.transaction(full=False) as connection:
            connection.execute(CREATE)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"\x89PNG" * 2000])
def test_a_file_that_is_no_database_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StoreFormatError, match="is not a database; choose another file"):
        Database(path)
    assert path.read_bytes() == content
    assert [each.name for each in path.parent.iterdir()] == ["log.db"]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened: Is a directory"):
        Database(tmp_path)


def test_a_read_only_folder_is_told(ordinary_user: Path) -> None:
    ordinary_user.chmod(0o500)
    for path in (ordinary_user / "log.db", ordinary_user / "new" / "log.db"):
        with pytest.raises(StoreReadOnlyError, match="cannot be written; choose another file"):
            Database(path)


def test_a_read_only_file_is_told(ordinary_user: Path) -> None:
    path = ordinary_user / "log.db"
    Database(path).close()
    path.chmod(0o400)
    with pytest.raises(StoreReadOnlyError, match=r"log\.db or its folder cannot be written"):
        Database(path)
    assert [each.name for each in ordinary_user.iterdir()] == ["log.db"]


def test_a_file_system_without_shared_memory_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite answers with the mode it could have; network file systems have no WAL."""

    class Raw:
        def execute(self, statement: str) -> Raw:
            del statement
            return self

        def fetchone(self) -> tuple[str]:
            return ("delete",)

    monkeypatch.setattr(module, "_raw", lambda connection: Raw())  # noqa: ARG005
    with pytest.raises(StoreError, match="cannot keep a write-ahead log on this file system"):
        Database(path)


def test_rows_of_one_statement_are_written_all_or_none(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "log.db")) as database:
        with database.transaction(full=True) as connection:
            connection.execute(text("CREATE TABLE t (a INTEGER PRIMARY KEY)"))
        database.insert("INSERT INTO t VALUES (?)", [(1,), (2,)])
        with pytest.raises(StoreError):
            database.insert("INSERT INTO t VALUES (?)", [(3,), (1,)])
        database.insert("INSERT INTO t VALUES (?)", [(4,)])
        with database.reading() as connection:
            found = connection.execute(text("SELECT a FROM t ORDER BY a")).scalars().all()
    assert found == [1, 2, 4]
