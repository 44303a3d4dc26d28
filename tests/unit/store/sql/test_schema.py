from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_agentchat.errors import StoreFormatError
from jupyter_agentchat.store.sql import schema
from jupyter_agentchat.store.sql.database import Database
from jupyter_agentchat.store.sql.migrations import VERSION
from jupyter_agentchat.store.sql.schema import prepare


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(Database(path)) as database:
        yield database


def run(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        for statement in statements:
            raw.execute(statement)


def test_an_empty_file_gets_its_tables_once(database: Database) -> None:
    for _ in range(2):
        with database.transaction(full=True) as connection:
            prepare(connection, "log.db")
    with database.reading() as connection:
        facts = {row.key: row.value for row in connection.execute(schema.meta.select())}
    assert facts == {"format": "jupyter_agentchat", "version": str(VERSION), "synced": ""}


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE songs (title TEXT)"],
        ["CREATE TABLE meta (a TEXT)"],
        ["CREATE TABLE meta (key TEXT, value TEXT)"],
        ["CREATE TABLE meta (key, value)", "INSERT INTO meta VALUES ('format', 'other')"],
    ],
    ids=["other tables", "another meta", "an empty meta", "another format"],
)
def test_another_programs_database_is_refused_and_kept(
    database: Database, path: Path, statements: list[str]
) -> None:
    run(path, *statements)
    with (
        pytest.raises(StoreFormatError, match=r"log\.db is another program's database; choose"),
        database.transaction(full=True) as connection,
    ):
        prepare(connection, "log.db")
    with closing(sqlite3.connect(path)) as raw:
        (tables,) = raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    assert tables == 1


def test_a_newer_version_is_refused(database: Database, path: Path) -> None:
    with database.transaction(full=True) as connection:
        prepare(connection, "log.db")
    run(path, "UPDATE meta SET value = '7' WHERE key = 'version'")
    sentence = r"log\.db was written by a newer jupyter_agentchat \(its format is 7, this one reads"
    with (
        pytest.raises(StoreFormatError, match=sentence),
        database.transaction(full=True) as connection,
    ):
        prepare(connection, "log.db")
