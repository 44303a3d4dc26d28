from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import InvalidRequestError, OperationalError

from jupyter_agentchat.errors import (
    StoreError,
    StoreFormatError,
    StoreFullError,
    StoreLockedError,
    StoreReadOnlyError,
)
from jupyter_agentchat.store.sql import errors as module
from jupyter_agentchat.store.sql.errors import translated


def of_code(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("what SQLite said")
    error.sqlite_errorcode = code
    return error


CODES = [
    (sqlite3.SQLITE_FULL, StoreFullError, "No space is left"),
    (sqlite3.SQLITE_READONLY, StoreReadOnlyError, "cannot be written"),
    (sqlite3.SQLITE_CANTOPEN, StoreReadOnlyError, "cannot be written"),
    (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreLockedError, "locked by another program"),
    (sqlite3.SQLITE_NOTADB, StoreFormatError, "not a database"),
    (sqlite3.SQLITE_CORRUPT_INDEX, StoreError, r"damaged \(what SQLite said\)"),
    (sqlite3.SQLITE_IOERR_FSYNC, StoreError, "failed: what SQLite said"),
    (sqlite3.SQLITE_MISUSE, StoreError, "failed: what SQLite said"),
]


@pytest.mark.parametrize(("code", "kind", "words"), CODES, ids=lambda value: str(value)[:40])
def test_codes_become_errors_of_ours(
    code: int, kind: type[StoreError], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "log.db"
    wrapped = OperationalError("INSERT", {}, of_code(code))
    for error in (of_code(code), wrapped):
        with pytest.raises(StoreError, match=words) as caught, translated(path):
            raise error
        assert type(caught.value) is kind
        assert str(path) in str(caught.value)
        assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFullError),
        (errno.EDQUOT, StoreFullError),
        (errno.EROFS, StoreReadOnlyError),
        (errno.EACCES, StoreReadOnlyError),
        (errno.ENOTDIR, StoreError),
    ],
)
def test_errors_of_the_system_become_ours(
    number: int, kind: type[StoreError], tmp_path: Path
) -> None:
    with pytest.raises(StoreError) as caught, translated(tmp_path / "log.db"):
        raise OSError(number, os.strerror(number))
    assert type(caught.value) is kind


def test_other_errors_of_sqlalchemy_become_ours(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="failed: odd"), translated(tmp_path):
        raise InvalidRequestError("odd")


def test_our_own_errors_pass(tmp_path: Path) -> None:
    error = StoreLockedError("as it is")
    with pytest.raises(StoreLockedError) as caught, translated(tmp_path):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_write_that_met_a_quota_is_a_full_disk(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite calls a quota an I/O error; a write beside the file tells what it is."""

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "write", refuse)
    (tmp_path / "log.db-wal").write_bytes(b"")
    with pytest.raises(StoreFullError), translated(tmp_path / "log.db"):
        raise of_code(sqlite3.SQLITE_IOERR_WRITE)
    assert module._no_room(tmp_path / "log.db")
